import { setFlagsFromString } from 'node:v8'
import type { Command } from 'commander'
import type { Observable } from 'rxjs'
import { statedByFlags } from '../../config/flags.js'
import type { PipelineOptions, SyncOutcome } from '../../index.js'
import { openAnnouncer } from '../telling/announce.js'
import { handOverSignals } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf, printJson, tell } from '../asked/global-options.js'
import { openNotifier } from '../telling/notify.js'
import { progressFor } from '../telling/progress.js'
import { addRepoFlags, syncConfigOf } from '../asked/sync-config.js'

/**
 * Milliseconds; a second signal ends the program after this, and so does a reader who is stuck. Ten seconds are promised:
 * the last two of them are for a turn of the event loop that takes long, and for a machine that is busy.
 */
const impatience = 8_000

/** Whoever asks twice is not kept waiting by a step that does not end. Once all have stopped, that is a good end. */
const endOnSecondSignal = (haveStopped: () => boolean): void => {
  let signals = 0
  const end = (): void => {
    process.exit(haveStopped() ? exitCode.well : exitCode.person)
  }
  const count = (): void => {
    signals += 1
    if (signals === 2) setTimeout(end, impatience).unref()
  }
  process.on('SIGINT', count)
  process.on('SIGTERM', count)
}

/** The repositories of the PATHs, or those of the config as it comes to be. */
const outcomesOf = async (
  paths: readonly string[],
  options: GlobalOptions,
  more: PipelineOptions,
): Promise<Observable<SyncOutcome>> => {
  const config = syncConfigOf(paths, { ...options })
  // A signal is the way to end it, also before it has begun.
  process.exitCode = exitCode.well
  // Help and version need not wait for libgit2 to be loaded.
  const { createSyncPipeline, followConfig } = await import('../../index.js')
  return paths.length > 0
    ? createSyncPipeline(config, more)
    : followConfig({ file: options.config, repo: statedByFlags({ ...options }) }, more)
}

/**
 * V8 lets the place for what is short-lived grow to 32 MB, and a wrapper of nodegit stays until it is full, with what
 * libgit2 holds for it. At one MB a daemon of 100,000 files takes about 150 MB instead of 240; a commit of 20,000 new files takes
 * 6 % more processor time.
 */
const keepHeapSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1')
}

const run = async (paths: readonly string[], options: GlobalOptions): Promise<ExitCode> => {
  keepHeapSmall()
  const say = (text: string): void => {
    tell(options, text)
  }
  const notifier = openNotifier(say)
  const announcer = openAnnouncer({ watching: say, ready: notifier.ready })
  const outcomes$ = await outcomesOf(paths, options, {
    mode: 'run',
    signals: process,
    control: true,
    log: logOptionsOf(options),
    onRepositories: announcer.want,
    ...(await progressFor(options)),
  })
  const followed = follow(outcomes$, (outcome) => {
    if (options.json === true) printJson(outcome)
    announcer.hear(outcome)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      notifier.stopping()
    })
  let stopped = false
  endOnSecondSignal(() => stopped)
  handOverSignals()
  await followed
  stopped = true
  // It was asked to stop: whoever does not read what it prints does not keep it.
  setTimeout(() => process.exit(exitCode.well), impatience).unref()
  return exitCode.well
}

export const addRun = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('run')
    .description('watch and sync until SIGINT or SIGTERM')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText(
      'after',
      '\nWithout PATHs, what is added to the config file, taken out or changed is taken up while it runs.' +
        '\n\nExample:\n  gitsync run ~/Notes --fetch-interval 30s',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await run(paths, self.optsWithGlobals()))
    })
  addRepoFlags(command)
}
