import type { Problem, ProblemKind } from '../../../actors/problem.js'
import type { TransportRequest } from '../../../actors/ports.js'
import { isHttp } from '../../problem/address.js'
import { findGit, runGit } from '../../program/git-program.js'
import { readRemoteConfig } from '../remote/remote-config.js'
import { withoutPassword } from '../remote/url-credentials.js'
import { proxyVariable } from './proxy-variable.js'
import { urlsIn } from './several-addresses.js'

/** Where it was to go; as the repository has it where no git is there to rewrite it. */
const addressOf = async (
  cwd: string,
  { gitDir, remote }: TransportRequest,
  operation: 'fetch' | 'push',
): Promise<string> =>
  (await findGit()) === null
    ? ((await urlsIn(gitDir, remote))[0] ?? '')
    : (await readRemoteConfig(cwd, gitDir, remote))[operation][0].used

/** What git's settings say about http at this address, by their names in lower case; nothing where git is not there. */
const settingsAt = async (
  cwd: string,
  gitDir: string,
  url: string,
): Promise<ReadonlyMap<string, string>> => {
  if ((await findGit()) === null) return new Map()
  const asked = ['config', '--null', '--get-urlmatch', 'http', withoutPassword(url)]
  const { stdout } = await runGit([`--git-dir=${gitDir}`, ...asked], { cwd })
  const entries = stdout.toString().split('\0').filter(Boolean)
  return new Map(
    entries.map((entry) => {
      const [key = '', ...value] = entry.split('\n')
      return [key, value.join('\n')] as const
    }),
  )
}

type Look = (settings: ReadonlyMap<string, string>, url: URL) => string | null

/** An empty setting switches the variables off. */
const proxyAt: Look = (settings, url) => {
  const configured = settings.get('http.proxy')
  if (configured === undefined) return proxyVariable(url, process.env)
  return configured === '' ? null : 'http.proxy'
}

const authorityAt: Look = (settings) => {
  const variable = ['GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'].find((name) => name in process.env)
  if (variable !== undefined) return variable
  if (settings.has('http.sslcainfo')) return 'http.sslCAInfo'
  return settings.has('http.sslcapath') ? 'http.sslCAPath' : null
}

/** What libgit2 passes over that may be what such a talk failed of. */
const looks: ReadonlyMap<ProblemKind, Look> = new Map([
  ['network', proxyAt],
  ['timeout', proxyAt],
  ['certificate', authorityAt],
])

/** Says of a talk of libgit2's that failed what is set for its address and was not heeded, and who would heed it. */
export const namePassedOver = async (
  problem: Problem,
  cwd: string,
  request: TransportRequest,
  operation: 'fetch' | 'push',
): Promise<Problem> => {
  const look = looks.get(problem.kind)
  if (look === undefined) return problem
  const url = await addressOf(cwd, request, operation)
  if (!isHttp(url) || !URL.canParse(url)) return problem
  const name = look(await settingsAt(cwd, request.gitDir, url), new URL(url))
  if (name === null) return problem
  const remedy = `${name} is set, which libgit2 passes over: use the git program, which heeds it (install git, and let transport be auto or git). ${problem.remedy}`
  return { ...problem, remedy }
}
