import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { parsePast } from '../../config/value/moment.js'
import type { Restored, Wanted } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { knownConfig } from '../asked/asked-config.js'
import { printable } from '../../printable.js'
import { changedLines, short, tellDone } from '../telling/told.js'

interface OwnOptions {
  readonly at?: Date
  readonly commit?: string
  readonly to?: string
}

const momentOf = (text: string): Date => {
  const reading = parsePast(text, new Date(), 'this-time')
  if (reading.kind === 'fault') throw new InvalidArgumentError(`It ${reading.message}.`)
  return reading.value
}

/** Null where both or none are given. */
const wantedOf = ({ at, commit }: OwnOptions): Wanted | null => {
  if (at !== undefined) return commit === undefined ? { at } : null
  return commit === undefined ? null : { version: commit }
}

const linesOf = (done: Restored): readonly string[] => [
  printable(`${done.path} is as ${done.from.path} was in ${short(done.from.commit)}.`),
  ...changedLines(done),
]

export const addRestore = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('restore')
    .description(
      'bring a version of a file back, also of a deleted one; what is there stays in the history',
    )
    .argument('<file>', 'the file, as it is or was called')
    .option('--at <time>', 'as it was then: "2h ago", "yesterday", "2026-11-22 17:12"', momentOf)
    .option('--commit <oid>', 'as it was in this commit; --version OID says the same')
    .option('--to <path>', 'under another name in the same work tree')
    .addHelpText('after', '\nExample:\n  gitsync restore ~/Notes/todo.md --at "2h ago"')
    .action(async (file: string, own: OwnOptions, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const wanted = wantedOf(own)
      if (wanted === null) self.error('error: say --at TIME or --version OID')
      const { restoreFile } = await import('../../index.js')
      const result = await restoreFile(knownConfig(options.config), file, wanted, own.to ?? null)
      done(tellDone(result, options, linesOf))
    })
}
