import type { Command } from 'commander'
import type { SyncOutcome } from '../index.js'
import { handOverSignals } from './early-signals.js'
import type { ExitCode } from './exit-code.js'
import { exitCode } from './exit-code.js'
import { follow } from './follow.js'
import type { GlobalOptions } from './global-options.js'
import { logOptionsOf, printJson, tell } from './global-options.js'
import { addRepoFlags, syncConfigOf } from './sync-config.js'

/** Milliseconds; a second signal ends the program at the latest after this. */
const impatience = 10_000

/** Whoever asks twice is not kept waiting by a step that does not end. */
const endOnSecondSignal = (): void => {
  let signals = 0
  const count = (): void => {
    signals += 1
    if (signals !== 2) return
    setTimeout(() => process.exit(exitCode.person), impatience).unref()
  }
  process.on('SIGINT', count)
  process.on('SIGTERM', count)
}

const plural = (count: number): string =>
  count === 1 ? '1 repository' : `${String(count)} repositories`

/** Says once that everything is watched. */
const announce = (options: GlobalOptions, total: number): ((outcome: SyncOutcome) => void) => {
  const watched = new Set<string>()
  let said = false
  return ({ type, repo }) => {
    if (type === 'WatchStarted') watched.add(repo)
    if (said || watched.size < total) return
    said = true
    tell(options, `Watching ${plural(total)}. Stop with Ctrl-C.`)
  }
}

const run = async (paths: readonly string[], options: GlobalOptions): Promise<ExitCode> => {
  const config = syncConfigOf(paths, { ...options })
  // A signal is the way to end it, also before it has begun.
  process.exitCode = exitCode.well
  // Help and version need not wait for libgit2 to be loaded.
  const { createSyncPipeline } = await import('../index.js')
  const outcomes$ = createSyncPipeline(config, {
    mode: 'run',
    signals: process,
    control: true,
    log: logOptionsOf(options),
  })
  const say = announce(options, config.repos.length)
  const followed = follow(outcomes$, (outcome) => {
    if (options.json === true) printJson(outcome)
    say(outcome)
  })
  endOnSecondSignal()
  handOverSignals()
  await followed
  return exitCode.well
}

export const addRun = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('run')
    .description('watch and sync until SIGINT or SIGTERM')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText('after', '\nExample:\n  gitsync run ~/Notes --fetch-interval 30s')
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await run(paths, self.optsWithGlobals()))
    })
  addRepoFlags(command)
}
