import { execFileSync, execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveHttp } from './http-server.js'
import type { Certificate } from './http-server.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  git,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'

/** Signed by itself alone, for this machine, by the openssl program, which comes with git's own certificates. */
const selfSigned = (name: string): Certificate & { readonly file: string } => {
  const folder = freshFolder('certificate')
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${name}`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const files = ['-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'pipe' })
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert }
}

describe.each(both)('the %s transport over https (P8)', (transport) => {
  it('refuses a certificate that nobody vouches for, and sends nothing', async () => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'), null, selfSigned('IP:127.0.0.1'))
    const clone = cloneOf(`https://127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    const oid = clone.commit('a')
    const problems = [
      await problemFrom(wire.fetch(requestFor(clone))),
      await problemFrom(wire.push({ ...requestFor(clone), oid })),
      await problemFrom(wire.ask(requestFor(clone))),
    ]
    expect(problems.map(({ kind }) => kind)).toEqual(['certificate', 'certificate', 'certificate'])
    expect(tipOf(bare)).toBe('')
  })
})

describe('the remedy for a certificate', () => {
  const refusedBy = async (name: string, transport: (typeof both)[number] = 'git') => {
    const bare = bareRepository()
    const oid = advance(bare, 'theirs')
    const certificate = selfSigned(name)
    const port = await serveHttp(join(bare, '..'), null, certificate)
    const clone = cloneOf(`https://127.0.0.1:${String(port)}/x.git`)
    const fetched = async (by = transport) =>
      (await transportFor(clone, { transport: by }).fetch(requestFor(clone))).oid
    return { clone, oid, certificate, fetched, refused: () => problemFrom(fetched()) }
  }

  /** The line to type, as it is printed but for the file. */
  const trustIn = (remedy: string, file: string): string =>
    (/git config --global \S+ FILE/.exec(remedy)?.[0] ?? '').replace('FILE', file)

  it.each(both)('has git trust its authority at this address, where %s talked', async (by) => {
    const { oid, certificate, fetched, refused } = await refusedBy('IP:127.0.0.1', by)
    const { kind, remedy } = await refused()
    expect(kind).toBe('certificate')
    execSync(trustIn(remedy, certificate.file), { stdio: 'pipe' })
    expect(remedy.includes('let transport be auto or git')).toBe(by === 'libgit2')
    expect(await fetched('git')).toBe(oid)
  })

  it('is the git program where the authority is named already, and libgit2 passed it over', async () => {
    const { clone, certificate, refused } = await refusedBy('IP:127.0.0.1', 'libgit2')
    expect((await refused()).remedy).not.toContain('passes over')
    git(clone.path, 'config', 'http.sslCAInfo', certificate.file)
    expect((await refused()).remedy).toMatch(/^http\.sslCAInfo is set, which libgit2 passes over/)
  })

  it('says what goes before it in the environment', async () => {
    const { oid, certificate, fetched, refused } = await refusedBy('IP:127.0.0.1')
    process.env.GIT_SSL_CAINFO = selfSigned('IP:127.0.0.1').file
    const { remedy } = await refused()
    execSync(trustIn(remedy, certificate.file), { stdio: 'pipe' })
    expect((await refused()).kind).toBe('certificate')
    expect(remedy).toContain('GIT_SSL_CAINFO')
    Reflect.deleteProperty(process.env, 'GIT_SSL_CAINFO')
    expect(await fetched()).toBe(oid)
  })

  it('is another address where the certificate is for another name', async () => {
    const { clone, certificate, refused } = await refusedBy('DNS:elsewhere.example')
    git(clone.path, 'config', 'http.sslCAInfo', certificate.file)
    const { kind, remedy } = await refused()
    expect(kind).toBe('certificate')
    expect(remedy).toContain('for another name than 127.0.0.1')
  })

  it('is another file where the one of the setting cannot be read', async () => {
    const { clone, refused } = await refusedBy('IP:127.0.0.1')
    git(clone.path, 'config', 'http.sslCAInfo', join(clone.path, 'nowhere.pem'))
    const { kind, remedy } = await refused()
    expect(kind).toBe('certificate')
    const [command = ''] = /git config --get-urlmatch [^:]* https:\S*\d/.exec(remedy) ?? []
    expect(execSync(command, { cwd: clone.path }).toString()).toContain('nowhere.pem')
  })
})

describe('the git transport over https', () => {
  it('takes the authority that git is told to trust, for that host alone', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'theirs')
    const right = selfSigned('IP:127.0.0.1')
    const port = await serveHttp(join(bare, '..'), null, right)
    const clone = cloneOf(`https://127.0.0.1:${String(port)}/x.git`)
    git(clone.path, 'config', 'http.sslCAInfo', right.file)
    expect((await transportFor(clone).fetch(requestFor(clone))).oid).toBe(oid)

    const other = selfSigned('DNS:elsewhere.example')
    const elsewhere = await serveHttp(join(bare, '..'), null, other)
    git(clone.path, 'remote', 'set-url', 'origin', `https://127.0.0.1:${String(elsewhere)}/x.git`)
    git(clone.path, 'config', 'http.sslCAInfo', other.file)
    const problem = await problemFrom(transportFor(clone).fetch(requestFor(clone)))
    expect(problem.kind).toBe('certificate')
  })
})
