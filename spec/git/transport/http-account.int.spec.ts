import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtRemote } from '../../../src/git/transport/remote/remote-look.js'
import { serveHttp } from './http-server.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  freePort,
  freshFolder,
  git,
  homeFolder,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'
import type { Clone } from './playground.js'

const password = 'hunter2-very-secret'
const login = `bob:${password}`

const closing: (() => unknown)[] = []
afterAll(() => {
  for (const close of closing) close()
})

/** A web server that notes what it is asked with. */
const listen = async (
  answer: (request: IncomingMessage) => { readonly status: number; readonly headers?: object },
): Promise<{ readonly port: number; readonly asked: readonly IncomingMessage[] }> => {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    const { status, headers } = answer(request)
    response.writeHead(status, { ...headers }).end()
  })
  closing.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, asked }
}

let bare: string
let tip: string

beforeEach(() => {
  bare = bareRepository()
  tip = advance(bare, 'one')
})

const netrc = join(homeFolder, '.netrc')
const proxies = ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY', 'all_proxy', 'ALL_PROXY']
const before = Object.fromEntries(proxies.map((name) => [name, process.env[name]]))

afterEach(() => {
  rmSync(netrc, { force: true })
  for (const [name, value] of Object.entries(before))
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
})

/** A helper that notes each verb and gives this password. */
const helperFor = (clone: Clone, given: string): (() => readonly string[]) => {
  const file = join(freshFolder('helper'), 'verbs')
  writeFileSync(file, '')
  const program = join(dirname(file), 'helper')
  writeFileSync(
    program,
    `#!/bin/sh\necho "$1" >> '${file}'\ncat > /dev/null\ntest "$1" != get || printf 'username=bob\\npassword=%s\\n' '${given}'\n`,
    { mode: 0o755 },
  )
  git(clone.path, 'config', 'credential.helper', program)
  return () => readFileSync(file, 'utf8').trim().split('\n')
}

const served = async (): Promise<string> =>
  `http://127.0.0.1:${String(await serveHttp(dirname(bare), login))}/x.git`

describe.each(both)('the %s transport and a credential helper', (transport) => {
  it('tells it that what it gave was right', async () => {
    const clone = cloneOf(await served())
    const verbs = helperFor(clone, password)
    const wire = transportFor(clone, { transport })
    expect((await wire.fetch(requestFor(clone))).oid).toBe(tip)
    expect(verbs()).toEqual(['get', 'store'])
  })

  it('tells it that what it gave was wrong, and asks the server no more than twice', async () => {
    const { port, asked } = await listen(() => ({
      status: 401,
      headers: { 'WWW-Authenticate': 'Basic realm="here"' },
    }))
    const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
    const verbs = helperFor(clone, password)
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem.kind).toBe('authentication')
    expect(JSON.stringify(problem)).not.toContain(password)
    expect(verbs()).toEqual(['get', 'erase'])
    const tried = asked.filter(({ headers }) => headers.authorization !== undefined)
    expect(tried.length).toBeGreaterThan(0)
    expect(tried.length).toBeLessThanOrEqual(2)
  })
})

describe.each(both)('the %s transport and a wrong password in the address', (transport) => {
  it('sends it once, and says whose it is', async () => {
    const { port, asked } = await listen(() => ({
      status: 401,
      headers: { 'WWW-Authenticate': 'Basic realm="here"' },
    }))
    const clone = cloneOf(`http://${login}@127.0.0.1:${String(port)}/x.git`)
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem.kind).toBe('authentication')
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|credential helper has/)
    expect(problem.message).not.toContain('with the credential helper')
    expect(asked.filter(({ headers }) => headers.authorization !== undefined)).toHaveLength(1)
  })
})

describe.each(both)('the %s transport and a redirect', (transport) => {
  it('takes no credential along to another host', async () => {
    const elsewhere = await listen(() => ({
      status: 401,
      headers: { 'WWW-Authenticate': 'Basic realm="there"' },
    }))
    const here = await listen(({ headers, url }) =>
      headers.authorization === undefined
        ? { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="here"' } }
        : {
            status: 302,
            headers: { Location: `http://localhost:${String(elsewhere.port)}${url ?? ''}` },
          },
    )
    const clone = cloneOf(`http://${login}@127.0.0.1:${String(here.port)}/x.git`)
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem).toMatchObject({
      kind: expect.stringMatching(/^(?:authentication|not-found)$/) as string,
    })
    expect(JSON.stringify(problem)).not.toContain(password)
    expect(here.asked.some(({ headers }) => headers.authorization !== undefined)).toBe(true)
    expect(elsewhere.asked.map(({ headers }) => headers.authorization)).not.toContain(
      `Basic ${Buffer.from(login).toString('base64')}`,
    )
  })
})

describe('the libgit2 transport over http', () => {
  it('is sent to the git program by who has netrc, or a header of the configuration', async () => {
    const clone = cloneOf(await served())
    writeFileSync(netrc, `machine 127.0.0.1\nlogin bob\npassword ${password}\n`, { mode: 0o600 })
    const wire = transportFor(clone, { transport: 'libgit2' })
    expect(await problemFrom(wire.fetch(requestFor(clone)))).toMatchObject({
      kind: 'authentication',
      remedy: expect.stringMatching(
        /netrc nor http\.extraHeader, as the git program does/,
      ) as string,
    })
  })
})

describe('a proxy that libgit2 passes over', () => {
  const remedyFor = async (): Promise<readonly [Clone, () => Promise<string>]> => {
    const clone = cloneOf(`http://${login}@127.0.0.1:${String(await freePort())}/x.git`)
    const wire = transportFor(clone, { transport: 'libgit2' })
    const ask = async (): Promise<string> => {
      const { kind, remedy } = await problemFrom(wire.ask(requestFor(clone)))
      expect(kind).toBe('network')
      return remedy
    }
    return [clone, ask]
  }

  it('is named with the way to the git program, where it is for that address', async () => {
    const [clone, ask] = await remedyFor()
    Reflect.deleteProperty(process.env, 'no_proxy')
    Reflect.deleteProperty(process.env, 'NO_PROXY')
    expect(await ask()).not.toContain('proxy')
    process.env.http_proxy = `http://${login}@127.0.0.1:1`
    expect(await ask()).toMatch(/^http_proxy is set, which libgit2 passes over.*auto or git/)
    expect(await ask()).not.toContain('hunter2')
    process.env.no_proxy = '127.0.0.1'
    expect(await ask()).not.toContain('proxy')
    git(clone.path, 'config', 'http.https://elsewhere.example.proxy', 'http://127.0.0.1:1')
    expect(await ask()).not.toContain('proxy')
    git(clone.path, 'config', 'http.proxy', `http://${login}@127.0.0.1:1`)
    expect(await ask()).toMatch(/^http\.proxy is set/)
    expect(await ask()).not.toContain('hunter2')
  })
})

describe('the git transport over http', () => {
  it('takes a password from netrc', async () => {
    const clone = cloneOf(await served())
    writeFileSync(netrc, `machine 127.0.0.1\nlogin bob\npassword ${password}\n`, { mode: 0o600 })
    expect((await transportFor(clone).fetch(requestFor(clone))).oid).toBe(tip)
  })

  it('sends a header of the configuration', async () => {
    const clone = cloneOf(await served())
    const token = Buffer.from(login).toString('base64')
    appendFileSync(
      join(clone.gitDir, 'config'),
      `[http]\n\textraHeader = Authorization: Basic ${token}\n`,
    )
    expect((await transportFor(clone).fetch(requestFor(clone))).oid).toBe(tip)
  })

  it('takes no header of the configuration along to another host', async () => {
    const elsewhere = await listen(() => ({ status: 404, headers: {} }))
    const here = await listen(({ url }) => ({
      status: 302,
      headers: { Location: `http://localhost:${String(elsewhere.port)}${url ?? ''}` },
    }))
    const place = `http://127.0.0.1:${String(here.port)}`
    const clone = cloneOf(`${place}/x.git`)
    git(clone.path, 'config', `http.${place}/.extraHeader`, 'X-Token: secret')
    const problem = await problemFrom(transportFor(clone).fetch(requestFor(clone)))
    expect(problem).toMatchObject({
      kind: 'not-found',
      remedy: expect.stringMatching(
        /http\.extraHeader along.*set-url.*127\.0\.0\.1:\d+\/x\.git\/info\/refs/,
      ) as string,
    })
    expect(here.asked.map(({ headers }) => headers['x-token'])).toContain('secret')
    expect(elsewhere.asked).toEqual([])
  })

  it('is sent on where the headers of the configuration are for others', async () => {
    const there = await serveHttp(dirname(bare))
    const here = await listen(({ url }) => ({
      status: 301,
      headers: { Location: `http://127.0.0.1:${String(there)}${url ?? ''}` },
    }))
    const url = `http://127.0.0.1:${String(here.port)}/x.git`
    const clone = cloneOf(url)
    git(clone.path, 'config', 'http.https://elsewhere.example/.extraHeader', 'X-Token: secret')
    expect(await transportFor(clone).ask(requestFor(clone))).toBe(tip)
    const address = { url, sshKey: null, knownHosts: null, networkTimeout: 20_000 }
    expect((await lookAtRemote(address, clone.path)).branches.get('main')).toBe(tip)
  })

  it('goes through the proxy of the environment, and of the configuration', async () => {
    const port = await serveHttp(dirname(bare))
    const through: string[] = []
    const proxy = createServer((request, response) => {
      through.push(request.url ?? '')
      const { pathname, search } = new URL(request.url ?? '')
      const socket = createConnection(port, '127.0.0.1', () => {
        const headers = Object.entries({ ...request.headers, connection: 'close' })
          .map(([name, value]) => `${name}: ${String(value)}\r\n`)
          .join('')
        socket.write(`${request.method ?? ''} ${pathname}${search} HTTP/1.1\r\n${headers}\r\n`)
        request.on('data', (piece: Buffer) => socket.write(piece))
        socket.pipe(response.socket ?? socket)
      })
      socket.on('error', () => response.destroy())
    })
    closing.push(() => proxy.close())
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`
    // A host that only the proxy can find.
    const clone = cloneOf('http://notes.invalid/x.git')
    expect((await problemFrom(transportFor(clone).ask(requestFor(clone)))).kind).toBe('network')
    process.env.http_proxy = address
    expect(await transportFor(clone).ask(requestFor(clone))).toBe(tip)
    Reflect.deleteProperty(process.env, 'http_proxy')
    git(clone.path, 'config', 'http.proxy', address)
    expect(await transportFor(clone).ask(requestFor(clone))).toBe(tip)
    expect(new Set(through.map((url) => new URL(url).host))).toEqual(new Set(['notes.invalid']))
  })
})
