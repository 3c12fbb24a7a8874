import { join } from 'node:path'
import type { ServiceProgram } from './description.js'
import { commandOf, environmentOf, mark } from './description.js'

export const launchdLabel = 'org.gitsync.agent'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

const text = (value: string): string =>
  `<string>${value.replaceAll(/[&<>]/g, (letter) => entities[letter] ?? letter)}</string>`

const key = (name: string, value: string): string => `  <key>${name}</key>\n  ${value}`

const dictionary = (entries: readonly (readonly [string, string])[]): string =>
  `<dict>\n${entries.map(([name, value]) => `    <key>${name}</key>${value}`).join('\n')}\n  </dict>`

/** An agent of launchd. Its ssh agent is launchd's own, and so needs no word; a failed start is tried again each minute. */
export const launchdAgent = (program: ServiceProgram): string => {
  const words = commandOf(program, 'run').map((word) => `    ${text(word)}`)
  const environment = environmentOf(program).map(([name, value]) => [name, text(value)] as const)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${mark} -->`,
    '<plist version="1.0">',
    '<dict>',
    key('Label', text(launchdLabel)),
    key('ProgramArguments', `<array>\n${words.join('\n')}\n  </array>`),
    key('EnvironmentVariables', dictionary(environment)),
    key('RunAtLoad', '<true/>'),
    key('KeepAlive', dictionary([['SuccessfulExit', '<false/>']])),
    key('ThrottleInterval', '<integer>60</integer>'),
    key('ExitTimeOut', '<integer>30</integer>'),
    key('ProcessType', text('Background')),
    key('StandardErrorPath', text(join(program.home, 'Library/Logs/gitsync.log'))),
    '</dict>',
    '</plist>',
    '',
  ].join('\n')
}
