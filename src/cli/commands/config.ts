import type { Command } from 'commander'
import { configPlace, locateConfig } from '../../config/file/locate.js'
import { loadConfig } from '../../config/file/load.js'
import { thisMachine } from '../../config/machine.js'
import { configSchema } from '../../config/schema.js'
import { resolveSettings } from '../../config/settings.js'
import { showSettings } from '../../config/show.js'
import type { GlobalOptions } from '../asked/global-options.js'

/** Indented for people, in one line for programs. */
const print = (value: unknown, { json }: GlobalOptions): void => {
  process.stdout.write(`${JSON.stringify(value, null, json === true ? 0 : 2)}\n`)
}

export const addConfig = (program: Command): void => {
  const command = program
    .command('config')
    .description('where the config is, what is in force, its JSON schema')
    .addHelpText('after', '\nExamples:\n  gitsync config path\n  gitsync config show')
  command
    .command('path')
    .description('the config file that is read, or the one to write where there is none')
    .action((_own: unknown, self: Command) => {
      const machine = thisMachine()
      const options: GlobalOptions = self.optsWithGlobals()
      const located = locateConfig(options.config, machine)
      const path = located.kind === 'absent' ? configPlace(machine) : located.file
      if (options.json === true) print({ path }, options)
      else process.stdout.write(`${path}\n`)
    })
  command
    .command('show')
    .description('what is in force, every default filled in')
    .action((_own: unknown, self: Command) => {
      const machine = thisMachine()
      const options: GlobalOptions = self.optsWithGlobals()
      const loaded = loadConfig(options.config, machine)
      print(showSettings(resolveSettings(loaded.config, machine)), options)
    })
  command
    .command('schema')
    .description('the JSON schema of the config file')
    .action((_own: unknown, self: Command) => {
      print(configSchema, self.optsWithGlobals())
    })
}
