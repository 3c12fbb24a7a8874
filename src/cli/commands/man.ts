import type { Command } from 'commander'
import { manPageOf } from './man-page.js'

export const addMan = (program: Command): void => {
  program
    .command('man')
    .description('this help as a manual page')
    .addHelpText('after', '\nExample:\n  gitsync man | man -l -')
    .action(() => {
      process.stdout.write(manPageOf(program))
    })
}
