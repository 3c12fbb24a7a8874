import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { noEntry } from '../no-entry.js'
import { gitEnvironment } from './git-environment.js'
import { failure, problemOf, GitFailure } from '../problem/problem.js'
import { trafficOf } from './group-work.js'
import { hearRefusals } from './refused-sign-in.js'
import { listen } from './silence.js'

export interface GitRun {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  readonly stdin?: Buffer | string
  /** Each piece of standard error as it comes: progress and the server's words. */
  readonly onProgress?: (text: string) => void
  /** Milliseconds without a byte, after which git and its children are ended. */
  readonly idleTimeout?: number
  /** What is heard beside that, see `listen`; by default all that its processes read and send. */
  readonly soundsOf?: (group: number) => Promise<string | null>
  /** The reason of an abort that is a `GitFailure` is what is thrown. */
  readonly signal?: AbortSignal
  readonly doubt?: Doubt
}

/** Why git is to be given up, if it is. */
export interface Doubt {
  /** Milliseconds after which it is asked; then after twice as many each time. */
  readonly after: number
  readonly reason: (elapsed: number, pid: number) => Promise<GitFailure | null>
}

export interface GitOutput {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Hooks are code that a repository brings along: off, whatever the configuration says (a local remote still runs its own). */
export const withoutHooks: readonly string[] = ['-c', 'core.hooksPath=/dev/null']

/** No repacking behind the back of a transfer. */
export const withoutMaintenance: readonly string[] = [
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
]

/**
 * On the disk before git says so, a reference after its objects; older gits pass it over. Each by itself: flushed in a
 * batch, objects get their names afterwards, which btrfs may lose and keep the reference.
 */
export const durably: readonly string[] = [
  '-c',
  'core.fsync=objects,derived-metadata,reference',
  '-c',
  'core.fsyncMethod=fsync',
]

/** What is larger git takes and writes piece by piece, where it would hold it in memory as a whole; not for a push, which would make no deltas of it. */
export const inPieces: readonly string[] = ['-c', 'core.bigFileThreshold=16m']

/** Between asking a process group to end and making it. */
const killGrace = 1000

/** After git itself has ended: a background child (an ssh master) may hold its pipes open for ever. */
const drainGrace = 1000

/** As a shell tells it: git's own helper ended before git had told it everything, and has said why. */
const brokenPipe = 141

const isWindows = process.platform === 'win32'

const send = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (isWindows || child.pid === undefined) child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // The whole group is gone already, which is what was wanted.
  }
}

/** Ends git together with its ssh and git-remote-https. */
const end = (child: ChildProcess): void => {
  send(child, 'SIGTERM')
  setTimeout(() => {
    send(child, 'SIGKILL')
  }, killGrace)
}

const underWay = new Set<ChildProcess>()

/** Ends every git that runs, with what it started and at once: for a process that is about to end by itself. */
export const endAll = (): void => {
  for (const child of underWay) send(child, 'SIGKILL')
}

const notStarted = (error: Error, cwd: string): GitFailure => {
  const bar = noEntry(cwd)
  if (bar !== null) return bar
  if (!existsSync(cwd)) return failure('not-a-repository', `${cwd} is not there`)
  return 'code' in error && error.code === 'ENOENT'
    ? failure(
        'unexpected',
        'The git program is not installed',
        'Install git, or set transport to libgit2.',
      )
    : new GitFailure(problemOf(error))
}

/** Asks the doubt again and again. @returns what ends that */
const doubting = (
  { after, reason }: Doubt,
  pid: number,
  giveUp: (failure: GitFailure) => void,
): (() => void) => {
  let isOver = false
  const ask = async (elapsed: number): Promise<void> => {
    const found = await reason(elapsed, pid)
    if (isOver) return
    if (found !== null) giveUp(found)
    else wait(elapsed, 2 * elapsed)
  }
  const wait = (elapsed: number, until: number): void => {
    timer = setTimeout(() => void ask(until), until - elapsed)
  }
  let timer: NodeJS.Timeout
  wait(0, after)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

/** git maps a file into its memory to read it, and the system ends it where that file becomes shorter meanwhile. */
const shrunk = (): GitFailure =>
  failure('work-tree-moved', 'A file became shorter while git read it.')

/** Runs git without a terminal, in a process group of its own. Any exit code is a result; only silence, abort, a kill and a failed start throw. */
export const runGit = (args: readonly string[], run: GitRun): Promise<GitOutput> =>
  new Promise((resolve, reject) => {
    const cutShort = (): GitFailure =>
      run.signal?.reason instanceof GitFailure
        ? run.signal.reason
        : failure('network', 'git was cut short', 'Nothing to do: it is done again.')
    if (run.signal?.aborted === true) {
      reject(cutShort())
      return
    }
    const child = spawn('git', args, {
      cwd: run.cwd,
      env: gitEnvironment(run.env ?? {}),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: !isWindows,
      windowsHide: true,
    })
    underWay.add(child)
    child.once('exit', () => underWay.delete(child))
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []

    const giveUp = (reason: GitFailure): void => {
      end(child)
      child.stdout.destroy()
      child.stderr.destroy()
      settle(() => {
        reject(reason)
      })
    }
    const abort = (): void => {
      giveUp(cutShort())
    }
    const silent = (): void => {
      const seconds = String((run.idleTimeout ?? 0) / 1000)
      giveUp(failure('timeout', `Nothing was heard from the remote for ${seconds} s`))
    }
    const settle = (outcome: () => void): void => {
      listening?.end()
      run.signal?.removeEventListener('abort', abort)
      trusted()
      outcome()
    }
    const { pid } = child
    const refusedIn = hearRefusals()
    const listening =
      run.idleTimeout === undefined
        ? null
        : listen(run.idleTimeout, {
            sounds: () => (run.soundsOf ?? trafficOf)(pid ?? 0),
            giveUp: silent,
          })
    const trusted =
      run.doubt === undefined || pid === undefined
        ? () => undefined
        : doubting(run.doubt, pid, giveUp)

    run.signal?.addEventListener('abort', abort, { once: true })
    child.stdout.on('data', (piece: Buffer) => {
      listening?.heard()
      stdout.push(piece)
    })
    child.stderr.on('data', (piece: Buffer) => {
      listening?.heard()
      stderr.push(piece)
      const text = piece.toString()
      run.onProgress?.(text)
      const refused = refusedIn(text)
      if (refused !== null) giveUp(refused)
    })
    child.on('error', (error) => {
      settle(() => {
        reject(notStarted(error, run.cwd))
      })
    })
    child.on('exit', () => {
      setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, drainGrace).unref()
    })
    child.on('close', (code, signal) => {
      settle(() => {
        // Somebody killed it, or the system that ran out of memory: what it has said is not all.
        if (signal === 'SIGBUS') reject(shrunk())
        else if (code === null && signal !== 'SIGPIPE') reject(cutShort())
        else
          resolve({
            code: code ?? brokenPipe,
            stdout: Buffer.concat(stdout),
            stderr: Buffer.concat(stderr).toString(),
          })
      })
    })
    // A git that ends without reading what it was given is told by its exit code.
    child.stdin.on('error', () => undefined)
    child.stdin.end(run.stdin ?? '')
  })

const found: { version: string | null } = { version: null }

/** The version of the installed git program, or null. Asked again only while there is none. */
export const findGit = async (): Promise<string | null> => {
  if (found.version !== null) return found.version
  const told = await runGit(['--version'], { cwd: process.cwd() }).catch(() => null)
  found.version = /\d+\.\d+(?:\.\d+)?/.exec(told?.stdout.toString() ?? '')?.[0] ?? null
  return found.version
}
