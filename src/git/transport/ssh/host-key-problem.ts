import type { Problem } from '../../../actors/problem.js'
import { redact } from '../../../redact.js'
import { placeOf, usualFile } from './host-key-place.js'
import { hostKeyRemedy } from './host-key-remedy.js'
import type { HostKeyPlace, HostKeyState } from './host-key-remedy.js'
import { knownHostName, sshAddressOf } from './ssh-address.js'
import { askOptions } from './ssh-options.js'

const stateIn = (words: string): HostKeyState => {
  if (/revoked/i.test(words)) return 'revoked'
  if (/HOST IDENTIFICATION HAS CHANGED|has changed and you have/i.test(words)) return 'changed'
  return /host key is known for|authenticity of host/i.test(words) ? 'unknown' : 'unclear'
}

/** The place at an address that nothing stands between. */
const directPlace = (url: string, file: string): HostKeyPlace | null => {
  const address = sshAddressOf(url)
  if (address === null) return null
  return { name: knownHostName(address.host, address.port), file, connect: null }
}

/** The host that ssh named, which may be one on the way, and the file that it named. */
const placeIn = (words: string, place: HostKeyPlace | null): HostKeyPlace | null => {
  const said =
    /host key (?:is known )?for (\S+) (?:has changed|was revoked|and)|authenticity of host '([^' ]+)/i.exec(
      words,
    )
  const name = said?.[1] ?? said?.[2]
  const file =
    /^(?:Offending|Add correct host key in|Matching host key in)[^\n]*? (?:in )?(\/[^\n]*?)(?::\d+| to get rid)/m.exec(
      words,
    )?.[1]
  if (name === undefined && place === null) return null
  return {
    name: name ?? place?.name ?? '',
    file: file ?? place?.file ?? usualFile,
    connect: name === undefined || name === place?.name ? (place?.connect ?? null) : null,
  }
}

/** A host key's problem with its exact remedy; any other as it is. */
const withRemedy = (problem: Problem, words: string, place: HostKeyPlace | null): Problem => {
  const found = placeIn(words, place)
  return found === null
    ? problem
    : { ...problem, remedy: redact(hostKeyRemedy(found, stateIn(words))) }
}

/** The same where libgit2 talked, which says nothing of use and reads no configuration of ssh's. */
export const hostKeyProblem = (
  problem: Problem,
  url: string,
  knownHosts: string | null,
): Problem =>
  problem.kind === 'host-key'
    ? withRemedy(problem, '', directPlace(url, knownHosts ?? usualFile))
    : problem

/** The same where an ssh command talked, which is asked what it makes of the address. */
export const hostKeyProblemOf = async (
  command: string,
  problem: Problem,
  words: string,
  url: string,
): Promise<Problem> => {
  const address = problem.kind === 'host-key' ? sshAddressOf(url) : null
  if (address === null) return problem
  const meant = placeOf(await askOptions(command, address), command, address)
  return withRemedy(problem, words, meant ?? directPlace(url, usualFile))
}
