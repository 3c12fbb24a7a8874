import { basename } from 'node:path'
import type { Command } from 'commander'
import type { Preview, SyncConfig } from '../../index.js'
import { handOverSignals } from '../early-signals.js'
import type { ExitCode } from '../exit-code.js'
import { codeOfPreview, worst } from '../exit-code.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf, printJson } from '../asked/global-options.js'
import { progressFor } from '../telling/progress.js'
import { openReport } from '../telling/report.js'
import { printable } from '../../printable.js'
import { addRepoFlags, syncConfigOf } from '../asked/sync-config.js'

/** One full pass over these. */
export const pass = async (config: SyncConfig, options: GlobalOptions): Promise<ExitCode> => {
  const { createSyncPipeline } = await import('../../index.js')
  const report = openReport(options)
  const outcomes$ = createSyncPipeline(config, {
    mode: 'once',
    signals: process,
    log: logOptionsOf(options),
    ...(await progressFor(options)),
  })
  const followed = follow(outcomes$, report.print)
  handOverSignals()
  await followed
  return report.code()
}

const commits = (count: number): string => (count === 1 ? '1 commit' : `${String(count)} commits`)

const verbs = { added: 'add   ', modified: 'update', deleted: 'delete' } as const

/** Of a secret only its kind and its place are known. */
const leftOut = ({
  path,
  reason,
  rule,
  line,
}: Extract<Preview, { type: 'Previewed' }>['skipped'][number]): string =>
  `would leave out ${path} (${reason}${rule === undefined ? '' : `: ${rule}, line ${String(line)}`})`

/** A preview for people, in lines. */
const previewLines = (preview: Preview): readonly string[] => {
  const name = basename(preview.repo)
  if (preview.type === 'PreviewFailed') {
    const { kind, message, remedy } = preview.problem
    return [`${name}: ${kind}: ${message} ${remedy}`]
  }
  const { commit, skipped, pull, push, remote } = preview
  const lines = [
    ...(commit.length === 0 ? [] : [`would commit ${String(commit.length)}:`]),
    ...commit.map(({ kind, path }) => `  ${verbs[kind]} ${path}`),
    ...skipped.map(leftOut),
    ...(pull === null ? ['would pull commits that are not here yet'] : []),
    ...(pull === null || pull === 0 ? [] : [`would pull ${commits(pull)}`]),
    ...(push === 0 ? [] : [`would push ${commits(push)}`]),
    ...(remote === null ? [] : [`${remote.kind}: ${remote.message} ${remote.remedy}`]),
  ]
  return [`${name}: ${lines.length === 0 ? 'nothing to do' : ''}`.trimEnd(), ...lines]
}

const dryRun = async (config: SyncConfig, options: GlobalOptions): Promise<ExitCode> => {
  const { previewSync } = await import('../../index.js')
  const codes: ExitCode[] = []
  await follow(previewSync(config, { log: logOptionsOf(options) }), (preview) => {
    if (options.json === true) printJson(preview)
    else process.stdout.write(`${previewLines(preview).map(printable).join('\n')}\n`)
    codes.push(codeOfPreview(preview))
  })
  return worst(codes)
}

export const addOnce = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('once')
    .description('one full pass over every repository, then exit (for cron)')
    .argument('[paths...]', 'work trees; without any, those of the config file')
    .addHelpText(
      'after',
      '\nWith --dry-run it prints what would be committed, pulled and pushed, and changes nothing.' +
        '\n\nExit codes: 0 all is level, 1 a person is needed, 2 usage or config, 75 a remote is out of reach.' +
        '\n\nExamples:\n  gitsync once ~/Notes\n  gitsync once ~/Notes --dry-run',
    )
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const config = syncConfigOf(paths, { ...options })
      done(await (options.dryRun === true ? dryRun(config, options) : pass(config, options)))
    })
  addRepoFlags(command)
}
