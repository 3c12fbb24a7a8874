import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temp-repositories.js'

const source = fileURLToPath(new URL('kill-shim.c', import.meta.url))

/** Milliseconds after which a process that neither ends nor dies is ended. */
const patience = 60_000

export interface Mortal {
  /** What is counted: changes of the file system below this folder. */
  readonly below: string
  /** The change that never comes, counted from 1: the process is killed instead. 0: none. */
  readonly at: number
  /** A path that may not be renamed, linked, made or removed. */
  readonly refuse?: string
  readonly env?: NodeJS.ProcessEnv
}

export interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  /** `N CALL PATH` of each change, the one that never came last. */
  readonly changes: readonly string[]
}

export interface KillShim {
  /** Runs node with these arguments until it ends or is killed. Processes that it starts itself are not counted. */
  run(args: readonly string[], how: Mortal): Promise<Ended>
}

/**
 * Kills a process in place of any change that it makes to a folder, the exact tool for a sweep over all of them. Null
 * where there is no Linux or no compiler; that is said, since the test then shows nothing.
 */
export const openKillShim = (): KillShim | null => {
  const folder = temporaryFolder()
  const library = join(folder, 'kill-shim.so')
  try {
    if (process.platform !== 'linux') throw new Error('There is no LD_PRELOAD.')
    const how = ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, source, '-ldl']
    execFileSync('gcc', how, { stdio: 'pipe' })
  } catch (error) {
    console.warn(`Not shown here: this test needs Linux and gcc (${String(error)}).`)
    return null
  }
  let runs = 0
  return {
    run: async (args, { below, at, refuse, env = {} }) => {
      runs += 1
      const log = join(folder, `log-${String(runs)}`)
      const shim = {
        LD_PRELOAD: library,
        KILL_SHIM_BELOW: `${below}/`,
        KILL_SHIM_LOG: log,
        KILL_SHIM_AT: String(at),
        ...(refuse === undefined ? {} : { KILL_SHIM_REFUSE: refuse }),
      }
      const child = spawn(process.execPath, args, {
        stdio: 'ignore',
        env: { ...process.env, ...env, ...shim },
        timeout: patience,
      })
      const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
        (resolve) => {
          child.once('exit', (...how) => {
            resolve(how)
          })
        },
      )
      const changes = readFileSync(log, 'utf8').split('\n').filter(Boolean)
      return { code, signal, changes }
    },
  }
}
