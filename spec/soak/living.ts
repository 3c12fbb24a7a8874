import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { identify, git, tryGit } from '../support/temp-repositories.js'
import { start } from '../support/program.js'
import type { Running } from '../support/program.js'
import type { Trouble } from './timeline.js'

/** A clone with a daemon on it, and the person who writes there. */
export interface Living {
  readonly name: string
  readonly path: string
  /** Whether its network is down for good. */
  isGone: boolean
  /** Whether its daemon runs undisturbed. */
  isWell(): boolean
  /** @param killAt a step of GITSYNC_TEST_KILL_AT */
  up(killAt?: string): void
  kill(): Promise<void>
  stop(): Promise<number | null>
  begin(trouble: Trouble): void
  end(trouble: Trouble): void
  syncNow(): void
  /** Outcomes of the daemon that runs now. */
  readonly running: Running | null
  at(path: string): string
}

/** What the act gives; null where it fails in this way. */
const unless = <T>(code: 'EEXIST' | 'ENOENT', act: () => T): T | null => {
  try {
    return act()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return null
    throw error
  }
}

const flags = [
  ...['--json', '--debounce', '100ms', '--max-wait', '500ms', '--fetch-interval', '500ms'],
  ...['--rescan-interval', '2s', '--network-timeout', '5s'],
] as const

/** What makes a step fail as the trouble does, and what takes it back. */
const troubles = (path: string, remote: string) => {
  const lock = join(path, '.git', 'index.lock')
  const merge = join(path, '.git', 'MERGE_HEAD')
  const hook = join(remote, 'hooks', 'pre-receive')
  const setUrl = (url: string): void => void tryGit(path, ['remote', 'set-url', 'origin', url])
  const foreign = 'a test holds this lock\n'
  return {
    outage: [() => setUrl(`${remote}.nowhere`), () => setUrl(remote)],
    locked: [
      () => {
        // As git takes it: what the daemon's own lock is a link to must not be written to.
        unless('EEXIST', () => {
          writeFileSync(lock, foreign, { flag: 'wx' })
        })
      },
      () => {
        if (existsSync(lock) && readFileSync(lock, 'utf8') === foreign) rmSync(lock)
      },
    ],
    inProgress: [
      () => {
        const head = tryGit(path, ['rev-parse', '--verify', '-q', 'HEAD'])
        if (head.code === 0) writeFileSync(merge, head.text)
      },
      () => rmSync(merge, { force: true }),
    ],
    declining: [
      () => {
        mkdirSync(dirname(hook), { recursive: true })
        writeFileSync(hook, '#!/bin/sh\necho not now >&2\nexit 1\n', { mode: 0o755 })
      },
      () => rmSync(hook, { force: true }),
    ],
  } as const
}

export const livingAt = (name: string, path: string, remote: string, state: string): Living => {
  git(dirname(path), ['clone', '-q', remote, path])
  identify(path)
  const lasting = new Map<Trouble, number>()
  const acts = troubles(path, remote)
  let running: Running | null = null
  let mortal = false

  const signal = (one: NodeJS.Signals): void => {
    if (running?.child.exitCode === null) running.child.kill(one)
  }
  const ended = async (one: NodeJS.Signals): Promise<number | null> => {
    if (running === null) return null
    signal('SIGCONT')
    signal(one)
    const { code } = await running.finished
    running = null
    return code
  }
  const count = (trouble: Trouble, change: 1 | -1): number => {
    const now = Math.max(0, (lasting.get(trouble) ?? 0) + change)
    lasting.set(trouble, now)
    return now
  }

  return {
    name,
    path,
    isGone: false,
    isWell: () =>
      running !== null &&
      running.child.exitCode === null &&
      running.child.signalCode === null &&
      !mortal &&
      [...lasting].every(
        ([trouble, n]) => n === 0 || trouble === 'outage' || trouble === 'declining',
      ),
    up: (killAt) => {
      if (running?.child.exitCode === null && running.child.signalCode === null) return
      mortal = killAt !== undefined
      const env = { XDG_STATE_HOME: state, ...(mortal ? { GITSYNC_TEST_KILL_AT: killAt } : {}) }
      running = start(['run', path, ...flags], env)
      if ((lasting.get('paused') ?? 0) > 0) signal('SIGSTOP')
    },
    kill: async () => {
      await ended('SIGKILL')
    },
    stop: () => ended('SIGTERM'),
    begin: (trouble) => {
      if (count(trouble, 1) > 1) return
      if (trouble === 'paused') signal('SIGSTOP')
      else acts[trouble][0]()
    },
    end: (trouble) => {
      if ((lasting.get(trouble) ?? 0) === 0 || count(trouble, -1) > 0) return
      if (trouble === 'paused') signal('SIGCONT')
      else acts[trouble][1]()
    },
    syncNow: () => signal('SIGHUP'),
    get running() {
      return running
    },
    at: (file) => join(path, file),
  }
}

/** The text of every file of the work tree, by path. What a daemon moves away at that moment stands nowhere then. */
export const filesOf = ({ path }: Living): ReadonlyMap<string, string> => {
  const files = new Map<string, string>()
  const visit = (folder: string): void => {
    const listed = unless('ENOENT', () => readdirSync(join(path, folder), { withFileTypes: true }))
    for (const entry of listed ?? []) {
      const name = join(folder, entry.name)
      if (name === '.git') continue
      if (entry.isDirectory()) visit(name)
      else if (entry.isFile()) {
        const text = unless('ENOENT', () => readFileSync(join(path, name), 'latin1'))
        if (text !== null) files.set(name, text)
      }
    }
  }
  visit('')
  return files
}
