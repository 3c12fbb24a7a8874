import { plainWord } from '../../../shell-word.js'
import { placeOf } from './host-key-place.js'
import type { HostKeyPlace } from './host-key-remedy.js'
import { sshAddressOf } from './ssh-address.js'
import { askOptions, hostNameIn } from './ssh-options.js'
import type { SshOptions } from './ssh-options.js'

/** How ssh runs itself for a host on the way: with the same configuration, and without the options that it was given. */
const withoutOptions = (command: string): string =>
  ['ssh', ...(/ -F *(?:'[^']*'|"[^"]*"|\S+)/.exec(command) ?? []).map((file) => file.trim())].join(
    ' ',
  )

/** Where the key of a host becomes known that is jumped over (`ProxyJump`). @param name as known_hosts calls it */
export const jumpHostPlace = async (
  options: SshOptions,
  command: string,
  name: string,
): Promise<HostKeyPlace | null> => {
  const jumps = (options.get('proxyjump')?.[0] ?? '').split(',')
  for (const [before, jump] of jumps.entries()) {
    const address = sshAddressOf(`ssh://${jump.replace(/^ssh:\/\//, '')}/`)
    if (address === null) continue
    const via = before === 0 ? '' : ` -J ${plainWord(jumps.slice(0, before).join(','))}`
    const way = withoutOptions(command) + via
    const found = await askOptions(way, address)
    if (hostNameIn(found) === name) return placeOf(found, way, address)
  }
  return null
}
