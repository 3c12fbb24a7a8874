import { fail, ok, warn } from './check.js'
import type { Verdict } from './check.js'
import type { Credential, HttpSource, KeyFile, RemoteFacts } from './facts.js'
import { plainWord } from '../../shell-word.js'

const sources: Readonly<Record<HttpSource['kind'], (name: string) => string>> = {
  address: () => 'the credential in the address',
  header: () => 'a header of git’s configuration (http.extraHeader)',
  netrc: (name) => `${name} (netrc)`,
  helper: (name) => `the credential helper ${name}`,
  askpass: (name) => `the program ${name} (askpass)`,
}

const agentWords = (agent: Extract<Credential, { kind: 'ssh' }>['agent']): readonly string[] => {
  if (agent === null) return []
  const { keys, socket } = agent
  const count = keys === null ? 'no answer' : keys === 1 ? '1 key' : `${String(keys)} keys`
  return [`the agent at ${socket} (${count})`]
}

const keyRemedy = ({ path, state }: KeyFile): string => {
  switch (state) {
    case 'encrypted':
      return `Load it into the agent (ssh-add ${plainWord(path)}), or set sshKey to a key without a passphrase.`
    case 'open-to-others':
      return `chmod 600 ${plainWord(path)}: ssh leaves a key alone that others may read.`
    case 'unreadable':
      return `Make ${path} a key that you can read.`
    case 'usable':
      return ''
    default:
      return state satisfies never
  }
}

const keyWords = ({ path, state }: KeyFile): string =>
  state === 'usable' ? `the key ${path}` : `the key ${path} (${state.replaceAll('-', ' ')})`

const judgeSsh = (
  { user, agent, keyFiles, through }: Extract<Credential, { kind: 'ssh' }>,
  tip: RemoteFacts['tip'],
): Verdict => {
  const ways = [...agentWords(agent), ...keyFiles.map(keyWords)]
  const via = through === null ? '' : `, through ${through}`
  const message = `${user} with ${ways.length === 0 ? 'no key' : ways.join(', then ')}${via}`
  if (tip.kind === 'answer') return ok('credential', message)
  const usable = (agent?.keys ?? 0) > 0 || keyFiles.some(({ state }) => state === 'usable')
  if (usable) return ok('credential', message)
  const [unusable] = keyFiles
  return fail(
    'credential',
    message,
    unusable === undefined
      ? 'Make a key (ssh-keygen) and give its public half to the server, or load one into the agent, or set sshKey.'
      : keyRemedy(unusable),
  )
}

const judgeHttp = (
  found: readonly HttpSource[],
  { tip, push }: Pick<RemoteFacts, 'tip' | 'push'>,
): Verdict => {
  const message = found.map(({ kind, name }) => sources[kind](name)).join(', then ')
  if (found.some(({ kind }) => kind === 'address'))
    return warn(
      'credential',
      `${message}, which stands readable in the configuration`,
      'Keep it in a credential helper (git config credential.helper …) and set the address without it.',
    )
  if (found.length > 0) return ok('credential', message)
  const refused = [tip, push].some(
    (one) => one?.kind === 'problem' && one.problem.kind === 'authentication',
  )
  return refused
    ? fail('credential', 'none', 'Set up a credential helper: git config credential.helper …')
    : ok('credential', 'none, and none was asked for')
}

/** What would say who we are. */
export const judgeCredential = (
  facts: Pick<RemoteFacts, 'credential' | 'tip' | 'push'>,
): Verdict => {
  const { credential, tip } = facts
  switch (credential.kind) {
    case 'needless':
      return ok('credential', `none needed: ${credential.why}`)
    case 'other':
      return ok('credential', credential.ways.join(', then '))
    case 'ssh':
      return judgeSsh(credential, tip)
    case 'http':
      return judgeHttp(credential.sources, facts)
    default:
      return credential satisfies never
  }
}
