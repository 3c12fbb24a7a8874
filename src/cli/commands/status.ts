import type { Command } from 'commander'
import type { RepositoryStatus } from '../../index.js'
import { askedConfigOf } from '../asked/asked-config.js'
import { abortOnSignal } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson } from '../asked/global-options.js'
import { heedsCodes, standardOutput } from '../telling/terminal.js'

type StatusOptions = GlobalOptions & { readonly watch?: true }

/** Milliseconds between two drawings, so that `12s ago` stays true. */
const tick = 1_000

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const once = async (paths: readonly string[], options: StatusOptions): Promise<ExitCode> => {
  const config = askedConfigOf(paths, options.config)
  const [{ readStatus }, { statusText }] = await Promise.all([
    import('../../index.js'),
    import('../telling/status-text.js'),
  ])
  const statuses = await readStatus(config)
  if (options.json === true) statuses.forEach(printJson)
  else print(statusText(statuses, standardOutput()))
  return statuses.some(({ state }) => state === 'halted') ? exitCode.person : exitCode.well
}

/** What makes a status another: not that time goes by, nor that a cycle is under way. */
const changesIn = (): ((statuses: readonly RepositoryStatus[]) => readonly RepositoryStatus[]) => {
  const told = new Map<string, string>()
  return (statuses) =>
    statuses.filter((status) => {
      const { repo, state } = status
      const before = told.get(repo)
      const now = JSON.stringify({ ...status, since: null, lastSync: null, nextTry: null })
      if (now === before || (state === 'syncing' && before !== undefined)) return false
      told.set(repo, now)
      return true
    })
}

type Show = (statuses: readonly RepositoryStatus[]) => void

/** What is told where nobody looks on: only what changed. */
const inLines = ({ json }: StatusOptions, textOf: (of: readonly RepositoryStatus[]) => string) => {
  const changed = changesIn()
  const show: Show = (statuses) => {
    const some = changed(statuses)
    if (json === true) some.forEach(printJson)
    else if (some.length > 0) print(`${textOf(statuses)}\n`)
  }
  return { show, end: () => undefined }
}

/** One drawing that is drawn over. */
const live = async (textOf: (of: readonly RepositoryStatus[]) => string) => {
  const { default: logUpdate } = await import('log-update')
  let last: readonly RepositoryStatus[] | null = null
  const draw = (): void => {
    if (last !== null) logUpdate(textOf(last))
  }
  const ticking = setInterval(draw, tick)
  process.stdout.on('resize', draw)
  const show: Show = (statuses) => {
    last = statuses
    draw()
  }
  return {
    show,
    end: () => {
      clearInterval(ticking)
      process.stdout.off('resize', draw)
      logUpdate.done()
    },
  }
}

const watch = async (paths: readonly string[], options: StatusOptions): Promise<ExitCode> => {
  const config = askedConfigOf(paths, options.config)
  const signal = abortOnSignal()
  const [{ watchStatus }, { statusText }] = await Promise.all([
    import('../../index.js'),
    import('../telling/status-text.js'),
  ])
  const textOf = (statuses: readonly RepositoryStatus[]): string =>
    statusText(statuses, standardOutput())
  const drawn = options.json !== true && heedsCodes(process.stdout)
  const { show, end } = drawn ? await live(textOf) : inLines(options, textOf)
  try {
    await follow(watchStatus(config, { signal }), show)
  } finally {
    end()
  }
  return exitCode.well
}

export const addStatus = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('status')
    .description('how each repository stands, and what it waits for')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .option('--watch', 'go on, and show every change; stop with Ctrl-C')
    .addHelpText(
      'after',
      '\nLooks without a lock, changes nothing and does not ask the remote. With --json: one object a line.' +
        '\n\nExit codes: 0 all is well, 1 a person is needed, 2 usage or config; with --watch 0 once it is stopped.' +
        '\n\nExamples:\n  gitsync status\n  gitsync status ~/Notes --watch' +
        '\n  gitsync status --json | jq -r \'select(.problem) | .repo + ": " + .problem.remedy\'',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      const options: StatusOptions = self.optsWithGlobals()
      done(await (options.watch === true ? watch(paths, options) : once(paths, options)))
    })
}
