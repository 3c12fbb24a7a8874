import { plainWord } from '../../../shell-word.js'
import type { HostKeyPlace } from './host-key-remedy.js'
import type { SshAddress } from './ssh-address.js'
import { hostNameIn, knownHostFilesIn, throughIn } from './ssh-options.js'
import type { SshOptions } from './ssh-options.js'

/** Where ssh keeps the keys of hosts unless it is told otherwise. */
export const usualFile = '~/.ssh/known_hosts'

/** A program that types a password in the place of a person, with its options. */
const typist = /^\S*\bsshpass\b(?:\s+-(?:[pfdP]\s*(?:'[^']*'|"[^"]*"|\S+)|\w+))*\s+(?=\S)/

/** What asks a person whether to trust the host, in any terminal. */
const asking = (command: string, { host, port, user }: SshAddress): string => {
  const place = [
    ...(port === null ? [] : ['-p', String(port)]),
    user === null ? host : `${user}@${host}`,
  ]
  const patient = command.replace(/ -o *BatchMode[ =]\w+/gi, '').replace(typist, '')
  return [patient, '-oStrictHostKeyChecking=ask', ...place.map(plainWord), 'exit'].join(' ')
}

/** Where the key of the host becomes known; null where ssh did not say. */
export const placeOf = (
  options: SshOptions,
  command: string,
  address: SshAddress,
): HostKeyPlace | null => {
  const name = hostNameIn(options)
  if (name === null) return null
  const isPlain = throughIn(options) === null && !options.has('hostkeyalias')
  const [file = usualFile] = knownHostFilesIn(options)
  return { name, file, connect: isPlain ? null : asking(command, address) }
}
