import type { Command } from 'commander'
import type { Undone } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { knownConfig } from '../asked/asked-config.js'
import { printable } from '../../printable.js'
import { changedLines, short, tellDone } from '../telling/told.js'

const linesOf = (done: Undone): readonly string[] => [
  printable(`Took back ${short(done.undid.oid)} (${done.undid.subject}).`),
  ...changedLines(done),
]

export const addUndo = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('undo')
    .description('take back the last automatic commit of this machine, in a new commit')
    .argument('[path]', 'the work tree, or what is in it', '.')
    .option('--commit <oid>', 'another commit')
    .addHelpText('after', '\nExample:\n  gitsync undo ~/Notes')
    .action(async (path: string, own: { readonly commit?: string }, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const { undoCommit } = await import('../../index.js')
      const result = await undoCommit(knownConfig(options.config), path, own.commit ?? null)
      done(tellDone(result, options, linesOf))
    })
}
