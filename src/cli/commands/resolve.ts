import type { Command } from 'commander'
import { Option } from 'commander'
import type { Resolution, Resolved } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { knownConfig } from '../asked/asked-config.js'
import { printable } from '../../printable.js'
import { changedLines, tellDone } from '../telling/told.js'

interface OwnOptions {
  readonly keep?: 'this' | 'other' | 'both'
  readonly as?: string
  readonly tool?: string | true
}

/** Null where the options say nothing, or too much. */
const resolutionOf = ({ keep, as, tool }: OwnOptions): Resolution | null => {
  if (tool !== undefined)
    return keep === undefined && as === undefined
      ? { keep: 'merged', tool: tool === true ? null : tool }
      : null
  if (keep === 'both') return { keep, as: as ?? null }
  return keep === undefined || as !== undefined ? null : { keep }
}

const sentence = ({ keep, copy, origin, as }: Resolved): string => {
  switch (keep) {
    case 'this':
      return `${origin} stays as it is; ${copy} is gone.`
    case 'other':
      return `${origin} is the version of ${copy} now.`
    case 'both':
      return `${copy} is ${as ?? copy} now.`
    case 'merged':
      return `${origin} is what you merged now; ${copy} is gone.`
    default:
      return keep satisfies never
  }
}

const linesOf = (done: Resolved): readonly string[] => [
  printable(sentence(done)),
  ...changedLines(done),
  'Both versions stay in the history.',
]

export const addResolve = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('resolve')
    .description('settle one conflict copy')
    .argument('<copy>', 'the conflict copy, as gitsync conflicts lists it')
    .addOption(
      new Option(
        '--keep <which>',
        'this: the origin; other: the copy; both: the copy under --as',
      ).choices(['this', 'other', 'both']),
    )
    .option('--as <path>', 'with --keep both: the name for the copy (default: NAME-DATE-TIME.EXT)')
    .option('--tool [name]', "merge them in git mergetool's tool (default: merge.tool)")
    .addHelpText(
      'after',
      '\nExample:\n  gitsync resolve todo.sync-conflict-20261122-171259-d1b50ee.md --keep this',
    )
    .action(async (copy: string, own: OwnOptions, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const how = resolutionOf(own)
      if (how === null) self.error('error: say --keep this, other or both [--as PATH], or --tool')
      const { resolveConflict } = await import('../../index.js')
      done(
        tellDone(await resolveConflict(knownConfig(options.config), copy, how), options, linesOf),
      )
    })
}
