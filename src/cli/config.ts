import type { Command } from 'commander'
import { configPlace, locateConfig } from '../config/locate.js'
import { loadConfig } from '../config/load.js'
import { thisMachine } from '../config/machine.js'
import { configSchema } from '../config/schema.js'
import { resolveSettings } from '../config/settings.js'
import { showSettings } from '../config/show.js'
import type { GlobalOptions } from './global-options.js'

const print = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

export const addConfig = (program: Command): void => {
  const command = program
    .command('config')
    .description('where the config is, what is in force, its JSON schema')
  command
    .command('path')
    .description('the config file that is read, or the one to write where there is none')
    .action((_own: unknown, self: Command) => {
      const machine = thisMachine()
      const { config }: GlobalOptions = self.optsWithGlobals()
      const located = locateConfig(config, machine)
      print(located.kind === 'absent' ? configPlace(machine) : located.file)
    })
  command
    .command('show')
    .description('what is in force, every default filled in')
    .action((_own: unknown, self: Command) => {
      const machine = thisMachine()
      const { config }: GlobalOptions = self.optsWithGlobals()
      const loaded = loadConfig(config, machine)
      print(JSON.stringify(showSettings(resolveSettings(loaded.config, machine)), null, 2))
    })
  command
    .command('schema')
    .description('the JSON schema of the config file')
    .action(() => {
      print(JSON.stringify(configSchema, null, 2))
    })
}
