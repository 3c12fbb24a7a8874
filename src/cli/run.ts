import type { Command } from 'commander'
import type { SyncOutcome } from '../index.js'
import { handOverSignals } from './early-signals.js'
import type { ExitCode } from './exit-code.js'
import { exitCode } from './exit-code.js'
import { follow } from './follow.js'
import type { GlobalOptions } from './global-options.js'
import { logOptionsOf, printJson, tell } from './global-options.js'
import type { Notifier } from './notify.js'
import { openNotifier } from './notify.js'
import { progressFor } from './progress-bar.js'
import { addRepoFlags, syncConfigOf } from './sync-config.js'

/** Milliseconds; a second signal ends the program at the latest after this, and so does a reader who is stuck. */
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

/** Says once that everything is watched; to systemd also where the rest waits for a person. */
const announce = (
  options: GlobalOptions,
  total: number,
  notifier: Notifier,
): ((outcome: SyncOutcome) => void) => {
  const watched = new Set<string>()
  const halted = new Set<string>()
  let told = false
  let ready = false
  return ({ type, repo }) => {
    if (type === 'WatchStarted') watched.add(repo)
    if (type === 'Halted') halted.add(repo)
    if (type === 'Resumed') halted.delete(repo)
    if (!told && watched.size >= total) {
      told = true
      tell(options, `Watching ${plural(total)}. Stop with Ctrl-C.`)
    }
    if (!ready && new Set([...watched, ...halted]).size >= total) {
      ready = true
      const waiting = halted.size === 0 ? '' : `, ${String(halted.size)} waits for a person`
      notifier.ready(`Watching ${plural(total)}${waiting}`)
    }
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
    ...progressFor(options),
  })
  const notifier = openNotifier((message) => {
    tell(options, message)
  })
  const say = announce(options, config.repos.length, notifier)
  const followed = follow(outcomes$, (outcome) => {
    if (options.json === true) printJson(outcome)
    say(outcome)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      notifier.stopping()
    })
  endOnSecondSignal()
  handOverSignals()
  await followed
  // It was asked to stop: whoever does not read what it prints does not keep it.
  setTimeout(() => process.exit(exitCode.well), impatience).unref()
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
