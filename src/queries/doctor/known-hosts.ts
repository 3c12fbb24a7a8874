import { hostKeyRemedy } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKeyPlace } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKey } from './facts.js'
import { knownHostLines } from '../../git/transport/ssh/known-host-lines.js'

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
  const state = known.length > 0 ? 'known' : revoked.length > 0 ? 'revoked' : 'unknown'
  const algorithms = known.map((line) => line.replace(/^@\S+ /, '').split(' ')[1] ?? '')
  const remedy = hostKeyRemedy(place, state === 'revoked' ? 'revoked' : 'unknown')
  return { host: name, state, algorithms: [...new Set(algorithms)], files, strict, remedy }
}
