import type { Problem } from '../../actors/problem.js'
import { shellWord } from '../program/shell-word.js'
import { knownHostName, sshAddressOf } from './ssh-address.js'

export type HostKeyState = 'unknown' | 'changed' | 'revoked' | 'unclear'

/** A host as known_hosts calls it. */
const bracketed = /^\[([^\]]+)\]:(\d+)$/

const quoted = (word: string): string => (/^[\w@%+=:,./~-]+$/.test(word) ? word : shellWord(word))

const scan = (name: string, file: string): string => {
  const [, host = name, port = '22'] = bracketed.exec(name) ?? []
  return `ssh-keyscan${port === '22' ? '' : ` -p ${port}`} ${quoted(host)} >> ${quoted(file)}`
}

const forget = (name: string, file: string): string =>
  `ssh-keygen -f ${quoted(file)} -R ${quoted(name)}`

const compare =
  'compare the fingerprint (ssh-keygen -lf FILE) with what the server’s owner publishes'

/** The lines to type, for a host as known_hosts calls it. */
export const hostKeyRemedy = (name: string, file: string, state: HostKeyState): string => {
  switch (state) {
    case 'unknown':
      return `Run ${scan(name, file)} and ${compare}.`
    case 'changed':
      return `If its owner changed the key, run ${forget(name, file)} and ${scan(name, file)}, and ${compare}; else somebody may be in between.`
    case 'revoked':
      return `Do not connect: the key was revoked. Once the server has a new one, run ${scan(name, file)} and ${compare}.`
    case 'unclear':
      return `Where it is unknown, run ${scan(name, file)}; where it changed, ${forget(name, file)} first; and ${compare}.`
    default:
      return state satisfies never
  }
}

const stateIn = (words: string): HostKeyState => {
  if (/revoked/i.test(words)) return 'revoked'
  if (/HOST IDENTIFICATION HAS CHANGED|has changed and you have/i.test(words)) return 'changed'
  return /host key is known for|authenticity of host/i.test(words) ? 'unknown' : 'unclear'
}

/** The remedy for what ssh said, or for an address where it said nothing of use; null where neither names the host. */
const remedyFor = (words: string, url: string, knownHosts: string | null): string | null => {
  const said =
    /host key (?:is known )?for (\S+) (?:has changed|was revoked|and)|authenticity of host '([^' ]+)/i.exec(
      words,
    )
  const address = sshAddressOf(url)
  const name =
    said?.[1] ?? said?.[2] ?? (address === null ? null : knownHostName(address.host, address.port))
  if (name === null) return null
  const file =
    /^(?:Offending|Add correct host key in|Matching host key in)[^\n]*? (?:in )?(\/[^\n]*?)(?::\d+| to get rid)/m.exec(
      words,
    )?.[1]
  return hostKeyRemedy(name, file ?? knownHosts ?? '~/.ssh/known_hosts', stateIn(words))
}

/** A host key's problem with its exact remedy; any other as it is. */
export const hostKeyProblem = (
  problem: Problem,
  words: string,
  url: string,
  knownHosts: string | null,
): Problem => {
  const remedy = problem.kind === 'host-key' ? remedyFor(words, url, knownHosts) : null
  return remedy === null ? problem : { ...problem, remedy }
}
