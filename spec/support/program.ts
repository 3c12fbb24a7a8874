import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from './temp-repositories.js'
import type { SyncOutcome } from '../../src/index.js'

/** The built program, as its users run it. */
export const program = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** What `--json` printed so far. */
  readonly outcomes: readonly SyncOutcome[]
  readonly finished: Promise<Finished>
  readonly stdout: () => string
  readonly stderr: () => string
}

const started: ChildProcess[] = []

/** Ends what a failed test left running. */
export const endAll = (): void => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
}

/** Each run keeps its journals apart, unless told where. */
export const start = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = { XDG_STATE_HOME: temporaryFolder() },
  cwd?: string,
  who: { readonly uid?: number; readonly gid?: number } = {},
): Running => {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    cwd,
    ...who,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const outcomes: SyncOutcome[] = []
  let stdout = ''
  let stderr = ''
  let rest = ''
  child.stdout.on('data', (bytes: Buffer) => {
    const text = bytes.toString()
    stdout += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines)
      if (line.startsWith('{"type"')) outcomes.push(JSON.parse(line) as SyncOutcome)
  })
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString()
  })
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr })
    })
  })
  return { child, outcomes, finished, stdout: () => stdout, stderr: () => stderr }
}

/** Runs the program to its end. */
export const gitsync = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> =>
  start(args, env).finished

export const outcomesOf = ({ stdout }: Finished): readonly SyncOutcome[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SyncOutcome)

/** Milliseconds between two looks, and until it is believed that it will not come. */
const patience = { look: 25, longest: 60_000 } as const

/** Waits for a condition; fails by name when it does not come. */
export const until = async (what: string, holds: () => boolean): Promise<void> => {
  const from = performance.now()
  while (!holds()) {
    if (performance.now() - from > patience.longest) throw new Error(`It did not come: ${what}`)
    await sleep(patience.look)
  }
}

/** Waits until every repository is watched. */
export const untilWatched = (running: Running, repositories = 1): Promise<void> =>
  until('everything is watched', () => {
    const watched = running.outcomes.filter(({ type }) => type === 'WatchStarted')
    return new Set(watched.map(({ repo }) => repo)).size >= repositories
  })
