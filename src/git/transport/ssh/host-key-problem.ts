import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Problem } from '../../../actors/problem.js'
import { redact } from '../../../redact.js'
import { withoutSecretOf } from '../../problem/address-secret.js'
import { placeOf, usualFile } from './host-key-place.js'
import { hostKeyRemedy } from './host-key-remedy.js'
import type { HostKeyPlace, HostKeyState } from './host-key-remedy.js'
import { jumpHostPlace } from './jump-host.js'
import { knownHostLines } from './known-host-lines.js'
import { knownHostName, sshAddressOf } from './ssh-address.js'
import { askOptions } from './ssh-options.js'

const stateIn = (words: string): HostKeyState => {
  if (/revoked/i.test(words)) return 'revoked'
  if (/HOST IDENTIFICATION HAS CHANGED|has changed and you have/i.test(words)) return 'changed'
  // Where ssh may not ask, this is all that it says of a host that it does not know.
  return /host key is known for|authenticity of host|host key verification failed/i.test(words)
    ? 'unknown'
    : 'unclear'
}

/** The place at an address that nothing stands between. */
const directPlace = (url: string, file: string): HostKeyPlace | null => {
  const address = sshAddressOf(url)
  if (address === null) return null
  return { name: knownHostName(address.host, address.port), file, connect: null }
}

/** Who refused a host on the way was another ssh, of which the one that waited for it heard nothing. */
const endedOnTheWay = /^kex_exchange_identification: |UNKNOWN port/m

/** The host that ssh named, which may be one on the way. */
const nameIn = (words: string): string | null => {
  const said =
    /host key (?:is known )?for (\S+) (?:has changed|was revoked|and)|authenticity of host '([^' ]+)/i.exec(
      words,
    )
  return said?.[1] ?? said?.[2] ?? null
}

/** The host that ssh named, and the file that it named. */
const placeIn = (words: string, place: HostKeyPlace | null): HostKeyPlace | null => {
  const name = nameIn(words)
  const file =
    /^(?:Offending|Add correct host key in|Matching host key in)[^\n]*? (?:in )?(\/[^\n]*?)(?::\d+| to get rid)/m.exec(
      words,
    )?.[1]
  if (name === null && place === null) return null
  return {
    name: name ?? place?.name ?? '',
    file: file ?? place?.file ?? usualFile,
    connect: name === null || name === place?.name ? (place?.connect ?? null) : null,
  }
}

const withRemedy = (problem: Problem, place: HostKeyPlace, state: HostKeyState): Problem => ({
  ...problem,
  remedy: redact(hostKeyRemedy(place, state)),
})

/** What libgit2 does not say: whether the host is known by another key. It reads the one file alone. */
const stateOf = async (name: string, file: string): Promise<HostKeyState> => {
  const lines = await knownHostLines(name, file)
  if (lines === null) return 'unclear'
  return lines.length > 0 ? 'changed' : 'unknown'
}

/** A host key's problem with its exact remedy, where libgit2 talked, which reads no configuration of ssh's; any other as it is. */
export const hostKeyProblem = async (
  problem: Problem,
  url: string,
  knownHosts: string | null,
): Promise<Problem> => {
  const place = problem.kind === 'host-key' ? directPlace(url, knownHosts ?? usualFile) : null
  if (place === null) return problem
  const file = knownHosts ?? join(homedir(), '.ssh', 'known_hosts')
  return withRemedy(problem, place, await stateOf(place.name, file))
}

/** The same where an ssh command talked, which is asked what it makes of the address. */
export const hostKeyProblemOf = async (
  command: string,
  problem: Problem,
  words: string,
  url: string,
): Promise<Problem> => {
  const address = problem.kind === 'host-key' ? sshAddressOf(url) : null
  if (address === null) return problem
  const options = await askOptions(command, address)
  const meant = placeOf(options, command, address) ?? directPlace(url, usualFile)
  const said = nameIn(words)
  const onTheWay =
    (said ?? meant?.name) === meant?.name && !endedOnTheWay.test(words)
      ? null
      : await jumpHostPlace(options, command, said)
  const place = placeIn(words, onTheWay ?? meant)
  if (place === null) return problem
  return withoutSecretOf(url, withRemedy(problem, place, stateIn(words)))
}
