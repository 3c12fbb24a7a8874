import { plainWord } from '../../../shell-word.js'
import { placeOf } from './host-key-place.js'
import type { HostKeyPlace } from './host-key-remedy.js'
import { knownHostLines } from './known-host-lines.js'
import { sshAddressOf } from './ssh-address.js'
import { askOptions, hostNameIn, knownHostFilesIn } from './ssh-options.js'
import type { SshOptions } from './ssh-options.js'

/** How ssh runs itself for a host on the way: with the same configuration, and without the options that it was given. */
const withoutOptions = (command: string): string => {
  const [file] = / -F *(?:'[^']*'|"[^"]*"|\S+)/.exec(command) ?? []
  return `ssh${file ?? ''}`
}

const isKnown = async (name: string, options: SshOptions): Promise<boolean> => {
  const lines = await Promise.all(
    knownHostFilesIn(options).map((file) => knownHostLines(name, file)),
  )
  return lines.some((found) => found !== null && found.length > 0)
}

/**
 * Where the key of a host becomes known that is jumped over (`ProxyJump`).
 *
 * @param named as known_hosts calls it; null where ssh did not name the one that it does not know
 */
export const jumpHostPlace = async (
  options: SshOptions,
  command: string,
  named: string | null,
): Promise<HostKeyPlace | null> => {
  const jumps = (options.get('proxyjump')?.[0] ?? '').split(',')
  for (const [before, jump] of jumps.entries()) {
    const address = sshAddressOf(`ssh://${jump.replace(/^ssh:\/\//, '')}/`)
    if (address === null) continue
    const via = before === 0 ? '' : ` -J ${plainWord(jumps.slice(0, before).join(','))}`
    const way = withoutOptions(command) + via
    const found = await askOptions(way, address)
    const name = hostNameIn(found)
    if (name === null) continue
    if (named === null ? !(await isKnown(name, found)) : name === named)
      return placeOf(found, way, address)
  }
  return null
}
