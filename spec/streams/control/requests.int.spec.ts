import { temporaryFolder } from '../../support/temp-repositories.js'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import type { Socket } from 'node:net'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Subscription } from 'rxjs'
import { Subject, lastValueFrom, toArray } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../../src/actors/outcome.js'
import type { SocketAnswer } from '../../../src/streams/control/ask.js'
import { ask, followed$ } from '../../../src/streams/control/ask.js'
import type { Addressed } from '../../../src/streams/control/lapsing.js'
import { longestRequest } from '../../../src/streams/control/protocol.js'
import { requests$ } from '../../../src/streams/control/requests.js'
import { until } from '../../support/program.js'

let runtime = ''
let folder = ''

beforeEach(() => {
  runtime = temporaryFolder()
  process.env.XDG_RUNTIME_DIR = runtime
  folder = join(runtime, 'gitsync')
})

const follows = ['/c/config.json', '/etc/gitsync.cfg']

interface Daemon {
  readonly subscription: Subscription
  readonly given: readonly Addressed[]
  readonly troubles: readonly string[]
  readonly told$: Subject<SyncOutcome>
}

const running: Subscription[] = []

afterEach(() => {
  for (const subscription of running.splice(0)) subscription.unsubscribe()
})

const names = (): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])

const stamp = (repo: string) => ({ repo, at: '2026-01-02T03:04:05.678Z', seq: 1 })

/** What listens for these repositories; each of its pauses begins at once. */
const listen = async (...repos: readonly string[]): Promise<Daemon> => {
  const told$ = new Subject<SyncOutcome>()
  const given: Addressed[] = []
  const troubles: string[] = []
  const before = names().length
  const onTrouble = (message: string): void => {
    troubles.push(message)
  }
  const subscription = requests$({ repos: () => repos, follows, told$, onTrouble }).subscribe(
    (one) => {
      given.push(one)
      const { repo, command } = one
      if (command.type === 'Pause')
        told$.next({ type: 'Paused', reasons: [{ reason: 'person', until: null }], ...stamp(repo) })
    },
  )
  running.push(subscription)
  await until('it listens', () => troubles.length > 0 || names().length > before)
  return { subscription, given, troubles, told$ }
}

const addressOf = (): string => join(folder, names()[0] ?? '')

const connect = async (): Promise<Socket> => {
  const socket = createConnection(addressOf())
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  return socket
}

/** Says these bytes, and gives all that comes back. */
const say = async (bytes: Uint8Array | string): Promise<string> => {
  const socket = await connect()
  let text = ''
  socket.on('data', (more: Buffer) => (text += more.toString()))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.end(bytes)
  await closed
  return text
}

const answers = (
  command: 'pause' | 'sync' | 'repos',
  ...repos: readonly string[]
): Promise<readonly SocketAnswer[]> => lastValueFrom(ask({ command }, repos).pipe(toArray()))

describe('the socket', () => {
  it('R4 is open to its user alone, and gone with the subscription', async () => {
    const { subscription } = await listen('/a')
    await until('its mode', () => (lstatSync(addressOf()).mode & 0o777) === 0o600)
    expect(lstatSync(addressOf()).isSocket()).toBe(true)
    expect(lstatSync(folder).mode & 0o777).toBe(0o700)
    subscription.unsubscribe()
    expect(names()).toEqual([])
  })

  it('R4 is not opened where others could reach it, which is told once', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    const { troubles, subscription } = await listen('/a')
    expect(troubles).toEqual([`${folder} is open to others: chmod 700 it, or remove it`])
    expect(subscription.closed).toBe(false)
  })

  it('R4 of a process that was killed is removed by the next start, and asked by nobody', async () => {
    const source = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
    mkdirSync(folder, { mode: 0o700 })
    const stale = join(folder, '4194303-0123abcd.sock')
    try {
      execFileSync(process.execPath, ['-e', source, stale], { stdio: 'ignore' })
    } catch {
      // It was killed.
    }
    expect(names()).toHaveLength(1)
    expect(await answers('sync', '/a')).toEqual([{ type: 'Unanswered', repo: '/a' }])
    await listen('/a')
    await until('it is removed', () => !existsSync(stale) && names().length === 1)
  })

  it('R4 of somebody who listens is never removed, whatever its number', async () => {
    mkdirSync(folder, { mode: 0o700 })
    const living = join(folder, '4194303-0123abcd.sock')
    const server = createServer((socket) => socket.end('?\n')).listen(living)
    await until('it listens', () => existsSync(living))
    await listen('/a')
    await sleep(300)
    expect(existsSync(living)).toBe(true)
    server.close()
  })
})

describe('whoever connects', () => {
  it('R3 gets one line, whatever they say', async () => {
    const { troubles } = await listen('/a')
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(`${text}\n`)),
        ),
        async (bytes) => {
          const { ok, error } = JSON.parse(await say(bytes)) as Record<string, unknown>
          expect(ok).toBe(false)
          expect(error).toBeTypeOf('string')
        },
      ),
      { numRuns: 60 },
    )
    expect(JSON.parse(await say('{"command":"repos"}\n'))).toEqual({
      ok: true,
      repos: [{ repo: '/a', outcomes: [] }],
      follows,
    })
    expect(troubles).toEqual([])
  })

  it('R3 is cut off where the line is too long', async () => {
    await listen('/a')
    const socket = await connect()
    const heard = new Promise<string>((resolve) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes.toString())
      })
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('x'.repeat(longestRequest + 1))
    expect(await heard).toContain('longer than')
    // It goes on talking, and is not heard.
    const talk = setInterval(() => socket.write('x'.repeat(1_000)), 50)
    await closed
    clearInterval(talk)
  })

  it('R3 and says nothing, or goes away, holds up nobody and ends', async () => {
    const daemon = await listen('/a')
    const silent = await connect()
    const closed = new Promise((resolve) => silent.once('close', resolve))
    silent.resume()
    const gone = await connect()
    gone.write('{"command":"sync"}\n')
    await until('it is given', () => daemon.given.length === 1)
    gone.destroy()
    expect(await answers('pause', '/a')).toMatchObject([{ type: 'Answered', repo: '/a' }])
    await closed
  })

  it('R3 is waited for no longer than the socket is there', async () => {
    const { subscription } = await listen('/a')
    const text = say('{"command":"sync"}\n')
    await sleep(100)
    subscription.unsubscribe()
    expect(await text).toBe('')
  })
})

describe('what is asked', () => {
  it('R2 reaches whoever keeps the repository in sync, and the rest is said to be unanswered', async () => {
    const one = await listen('/a', '/b')
    const other = await listen('/c')
    const found = await answers('pause', '/b', '/c', '/d')
    expect(found).toHaveLength(3)
    expect(found).toContainEqual({ type: 'Unanswered', repo: '/d' })
    for (const repo of ['/b', '/c'])
      expect(found).toContainEqual({
        type: 'Answered',
        repo,
        outcomes: [expect.objectContaining({ type: 'Paused', repo })],
      })
    expect(one.given.map(({ repo }) => repo)).toEqual(['/b'])
    expect(other.given.map(({ repo }) => repo)).toEqual(['/c'])
  })

  it('C6 tells which configs are followed', async () => {
    expect(await lastValueFrom(followed$().pipe(toArray()))).toEqual([])
    await listen('/a')
    await listen()
    const found = await lastValueFrom(followed$().pipe(toArray()))
    expect(found).toEqual([...follows, ...follows])
  })

  it('R2 is no matter of a gitsync that was refused the work tree', async () => {
    const problem = { kind: 'already-running', message: 'm', remedy: 'r' } as const
    const refused = await listen('/a')
    refused.told$.next({ type: 'Halted', problem, ...stamp('/a') })
    expect(await answers('pause', '/a')).toEqual([{ type: 'Unanswered', repo: '/a' }])
    const holder = await listen('/a')
    expect(await answers('pause', '/a')).toMatchObject([{ type: 'Answered', repo: '/a' }])
    expect([refused.given.length, holder.given.length]).toEqual([0, 1])
    refused.told$.next({ type: 'Resumed', ...stamp('/a') })
    holder.subscription.unsubscribe()
    expect(await answers('pause', '/a')).toMatchObject([{ type: 'Answered', repo: '/a' }])
  })

  it('R2 passes by one that is stuck, and says so', async () => {
    mkdirSync(folder, { mode: 0o700 })
    const open: Socket[] = []
    const stuck = createServer((socket) => open.push(socket))
    stuck.listen(join(folder, `${String(process.pid)}-0123abcd.sock`))
    await until('it listens', () => names().length === 1)
    await listen('/a')
    const found = await answers('pause', '/a')
    expect(found.map(({ type }) => type)).toEqual(['DaemonSilent', 'Answered'])
    stuck.close()
    for (const socket of open) socket.destroy()
  })

  it('R2 is told why, where the folder belongs to others', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o770)
    expect((await answers('pause', '/a')).map(({ type }) => type)).toEqual([
      'DaemonSilent',
      'Unanswered',
    ])
    rmSync(folder, { recursive: true })
    writeFileSync(folder, '')
    expect((await answers('repos')).map(({ type }) => type)).toEqual(['DaemonSilent'])
  })
})
