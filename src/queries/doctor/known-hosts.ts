import { hostKeyRemedy } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKeyPlace } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKey } from './facts.js'
import { knownHostLines } from '../../git/transport/ssh/known-host-lines.js'

const stateOf = (
  known: readonly string[],
  revoked: readonly string[],
  untold: boolean,
): HostKey['state'] => {
  if (untold) return 'untold'
  if (known.length > 0) return 'known'
  return revoked.length > 0 ? 'revoked' : 'unknown'
}

/** What these files know of one host. */
export const hostKeyOf = async (
  place: HostKeyPlace,
  files: readonly string[],
  strict: string,
): Promise<HostKey> => {
  const { name } = place
  const found = await Promise.all(files.map((file) => knownHostLines(name, file)))
  const entries = found.flatMap((lines) => lines ?? [])
  const revoked = entries.filter((line) => line.startsWith('@revoked'))
  const known = entries.filter((line) => !line.startsWith('@revoked'))
  const state = stateOf(known, revoked, found.includes(null))
  const algorithms = known.map((line) => line.replace(/^@\S+ /, '').split(' ')[1] ?? '')
  const remedy = hostKeyRemedy(place, state === 'revoked' ? 'revoked' : 'unknown')
  return { host: name, state, algorithms: [...new Set(algorithms)], files, strict, remedy }
}
