import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import type { ServiceKind, ServiceReport } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson, tell } from '../asked/global-options.js'
import { ownProgram } from '../own-program.js'

const requestOf = ({ config }: GlobalOptions) => ({
  main: ownProgram,
  ...(config === undefined ? {} : { configFile: resolve(config) }),
})

const headline = ({ type, state, file }: ServiceReport): string => {
  const what = type === 'ServiceInstalled' ? 'installed' : 'uninstalled'
  switch (state) {
    case 'done':
      return `The service is ${what} (${file ?? ''}).`
    case 'none':
      return 'There is no service to uninstall.'
    case 'left':
      if (file !== null && type === 'ServiceInstalled')
        return `The service is written to ${file}, and not started.`
      return file === null
        ? 'Nothing was installed.'
        : `${file} is taken away, and its manager not told.`
    default:
      return state satisfies never
  }
}

const linesOf = (report: ServiceReport): readonly string[] => [
  headline(report),
  ...report.notes,
  ...(report.movedConfig === null
    ? []
    : [
        `The config of the Python gitsync was carried over; the old file is ${report.movedConfig}.`,
      ]),
  ...(report.commands.length === 0
    ? []
    : [
        '',
        'What is left to type, in a session of your own:',
        ...report.commands.map((one) => `  ${one}`),
      ]),
  ...(report.type === 'ServiceInstalled' &&
  report.state === 'done' &&
  report.file?.endsWith('.service') === true
    ? [
        '',
        'How it does: systemctl --user status gitsync    What it says: journalctl --user -u gitsync -f',
      ]
    : []),
]

const report = (found: ServiceReport, options: GlobalOptions): ExitCode => {
  if (options.json === true) printJson(found)
  tell(options, linesOf(found).join('\n'))
  return found.state === 'left' ? exitCode.person : exitCode.well
}

export const addService = (program: Command, done: (code: ExitCode) => void): void => {
  const command = program
    .command('service')
    .description('have gitsync run from every login on: systemd user unit, launchd agent, cron')
    .addHelpText(
      'after',
      '\nExamples:\n  gitsync service install\n  gitsync service print --for cron',
    )
  command
    .command('install')
    .description('write the unit, enable it, start it; what runs is started anew')
    .addHelpText('after', '\nExample:\n  gitsync service install')
    .action(async (_own: unknown, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const { installService } = await import('../../index.js')
      done(report(await installService(requestOf(options)), options))
    })
  command
    .command('uninstall')
    .description('stop it and take the unit away; config, repositories and journals stay')
    .addHelpText('after', '\nExample:\n  gitsync service uninstall')
    .action(async (_own: unknown, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const { uninstallService } = await import('../../index.js')
      done(report(await uninstallService(), options))
    })
  command
    .command('print')
    .description('the unit on standard output; nothing is written')
    .addOption(
      new Option('--for <manager>', 'default: that of this system').choices([
        'systemd',
        'launchd',
        'cron',
      ] satisfies ServiceKind[]),
    )
    .addHelpText('after', '\nExample:\n  gitsync service print --for cron')
    .action(async (own: { readonly for?: ServiceKind }, self: Command) => {
      const options: GlobalOptions = self.optsWithGlobals()
      const { describeService, usualService } = await import('../../index.js')
      const kind = own.for ?? usualService()
      const text = describeService(requestOf(options), kind)
      if (options.json === true) printJson({ kind, text })
      else process.stdout.write(text)
    })
}
