import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isHttp } from '../../problem/address.js'
import { runGit } from '../../program/git-program.js'
import { commonDirOf } from './read-ref.js'
import { rewritten, rewrittenToPush } from './rewritten-url.js'
import type { RemoteUrl, Setting } from './rewritten-url.js'
import { withoutPassword } from './url-credentials.js'

/** What git's configuration says about talking to one remote. */
export interface RemoteConfig {
  readonly sshCommand: string | null
  /** Where it is fetched from: the first address. */
  readonly fetch: readonly [RemoteUrl]
  /** Where it is pushed to: all of these. */
  readonly push: readonly [RemoteUrl, ...RemoteUrl[]]
  /** Refused where a header is configured for one of these addresses: git takes it along to any host that it is sent on to. */
  readonly redirects: 'as git does' | 'refused'
}

/** The flags for that. */
export const redirecting = ({ redirects }: Pick<RemoteConfig, 'redirects'>): readonly string[] =>
  redirects === 'refused' ? ['-c', 'http.followRedirects=false'] : []

/** The keys of headers, whatever address they are for. */
const headers = 'http\\.(.*\\.)?extraheader'

const isHeader = ([key]: Setting): boolean => new RegExp(`^${headers}$`).test(key)

/** Whether git sends a header of the settings there: which of them are for an address is git's to say. */
const takesHeader = async (
  cwd: string,
  { used }: RemoteUrl,
  flags: readonly string[],
): Promise<boolean> => {
  if (!isHttp(used)) return false
  const asked = ['config', '--get-urlmatch', 'http.extraheader', withoutPassword(used)]
  const { stdout } = await runGit([...flags, ...asked], { cwd })
  return stdout.toString().trim() !== ''
}

const redirectsOf = async (
  cwd: string,
  urls: readonly RemoteUrl[],
  entries: readonly Setting[],
  flags: readonly string[] = [],
): Promise<RemoteConfig['redirects']> => {
  if (!entries.some(isHeader)) return 'as git does'
  const taken = await Promise.all(urls.map((url) => takesHeader(cwd, url, flags)))
  return taken.includes(true) ? 'refused' : 'as git does'
}

/** Another number once the repository's configuration was written to. */
export const configStamp = async (gitDir: string): Promise<number> => {
  const told = await stat(join(await commonDirOf(gitDir), 'config')).catch(() => null)
  return told?.mtimeMs ?? 0
}

/** The settings whose keys match, as git finds them there. */
export const settingsLike = async (
  cwd: string,
  pattern: string,
  flags: readonly string[] = [],
): Promise<readonly Setting[]> => {
  const { stdout } = await runGit([...flags, 'config', '--null', '--get-regexp', pattern], { cwd })
  return stdout
    .toString()
    .split('\0')
    .map((entry): Setting => {
      const [key = '', value = ''] = entry.split('\n')
      return [key, value]
    })
}

/** The same for an address that no remote is configured with yet. */
export const redirectsFrom = async (
  cwd: string,
  url: string,
): Promise<Pick<RemoteConfig, 'redirects'>> => {
  const entries = await settingsLike(cwd, `^(${headers}|url\\..*\\.insteadof)$`)
  return { redirects: await redirectsOf(cwd, [rewritten(url, entries)], entries) }
}

/** Reads it with one run of git, where no header is configured. A remote that is not configured has empty addresses: git itself says so best. */
export const readRemoteConfig = async (
  cwd: string,
  gitDir: string,
  remote: string,
): Promise<RemoteConfig> => {
  const wanted = `^(core\\.sshcommand|remote\\..*\\.(url|pushurl)|url\\..*\\.(push)?insteadof|${headers})$`
  const flags = [`--git-dir=${gitDir}`]
  const entries = await settingsLike(cwd, wanted, flags)
  const all = (name: string): readonly string[] =>
    entries.filter(([key]) => key === name).map(([, value]) => value)
  const urls = all(`remote.${remote}.url`)
  const pushUrls = all(`remote.${remote}.pushurl`)
  const fetched = rewritten(urls[0] ?? '', entries)
  const [pushed = fetched, ...others] =
    pushUrls.length > 0
      ? pushUrls.map((url) => rewritten(url, entries))
      : rewrittenToPush(urls, entries)
  return {
    sshCommand: all('core.sshcommand').at(-1) ?? null,
    fetch: [fetched],
    push: [pushed, ...others],
    redirects: await redirectsOf(cwd, [fetched, pushed, ...others], entries, flags),
  }
}
