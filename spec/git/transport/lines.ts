import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { startFaultyProxy } from '../../support/faulty-proxy.js'
import type { FaultyProxy } from '../../support/faulty-proxy.js'
import { serveHttp } from './http-server.js'
import { bareRepository, freePort, serve } from './playground.js'
import { answers, makeKey, startDaemon } from './ssh-daemon.js'

const proxies: FaultyProxy[] = []
afterAll(() => {
  for (const proxy of proxies) proxy.close()
})

/** A repository behind a server behind a proxy. */
export interface Line {
  readonly bare: string
  /** Of the server itself. */
  readonly port: number
  readonly proxy: FaultyProxy
  readonly url: string
  readonly wishes: { readonly sshKey?: string; readonly knownHosts?: string }
}

const behindProxy = async (port: number): Promise<FaultyProxy> => {
  const proxy = await startFaultyProxy(port)
  proxies.push(proxy)
  return proxy
}

const httpLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const port = await serveHttp(dirname(bare))
  const proxy = await behindProxy(port)
  return { bare, port, proxy, url: `http://127.0.0.1:${String(proxy.port)}/x.git`, wishes: {} }
}

const daemonLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const port = await freePort()
  const flags = ['--reuseaddr', '--export-all', '--enable=receive-pack', '--listen=127.0.0.1']
  serve('git', ['daemon', ...flags, `--port=${String(port)}`, `--base-path=${dirname(bare)}`])
  for (let n = 0; n < 100 && !(await answers(port)); n += 1) await sleep(100)
  const proxy = await behindProxy(port)
  return { bare, port, proxy, url: `git://127.0.0.1:${String(proxy.port)}/x.git`, wishes: {} }
}

const sshLine = async (): Promise<Line> => {
  const bare = bareRepository()
  const server = await startDaemon()
  const sshKey = makeKey('mine')
  server.authorize(sshKey)
  const proxy = await behindProxy(server.port)
  const knownHosts = server.knownHosts()
  const name = `[127.0.0.1]:${String(proxy.port)}`
  const kinds = ['ed25519', 'ecdsa', 'rsa'] as const
  writeFileSync(
    knownHosts,
    kinds.map((kind) => server.line(kind).replace(server.host, name)).join(''),
  )
  const url = `ssh://${server.user}@127.0.0.1:${String(proxy.port)}${bare}`
  return { bare, port: server.port, proxy, url, wishes: { sshKey, knownHosts } }
}

export const lines = { http: httpLine, git: daemonLine, ssh: sshLine } as const
/** Everything is tried, and not a sample of it. */
export const isSoak = (process.env.SOAK ?? '') !== ''

/** `SLICE=2/10` is the second of ten parts, so that what is too long for one run is done in several. */
const [slice = 1, slices = 1] = (process.env.SLICE ?? '1/1').split('/').map(Number)

/** Of all that is to be tried the part that this run tries: every so manieth, from the slice's own on. */
export const partOf = <T>(all: readonly T[]): readonly T[] =>
  all.filter((_, n) => n % slices === slice - 1)

export type Protocol = keyof typeof lines

export const protocols: readonly Protocol[] = ['http', 'git', 'ssh']

/** To the same server by another network. */
export const secondWay = async (line: Line): Promise<Line> => {
  const proxy = await behindProxy(line.port)
  const from = `:${String(line.proxy.port)}`
  const to = `:${String(proxy.port)}`
  const { knownHosts } = line.wishes
  if (knownHosts !== undefined) {
    const known = readFileSync(knownHosts, 'utf8')
    appendFileSync(knownHosts, known.replaceAll(from, to))
  }
  return { ...line, proxy, url: line.url.replace(from, to) }
}
