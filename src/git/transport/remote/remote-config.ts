import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../../program/git-program.js'
import { commonDirOf } from './read-ref.js'
import { rewritten, rewrittenToPush } from './rewritten-url.js'
import type { RemoteUrl, Setting } from './rewritten-url.js'

/** What git's configuration says about talking to one remote. */
export interface RemoteConfig {
  readonly sshCommand: string | null
  /** Where it is fetched from: the first address. */
  readonly fetch: readonly [RemoteUrl]
  /** Where it is pushed to: all of these. */
  readonly push: readonly [RemoteUrl, ...RemoteUrl[]]
  /** Refused where a header is configured: git takes it along to any host that it is sent on to. */
  readonly redirects: 'as git does' | 'refused'
}

/** The flags for that. */
export const redirecting = ({ redirects }: Pick<RemoteConfig, 'redirects'>): readonly string[] =>
  redirects === 'refused' ? ['-c', 'http.followRedirects=false'] : []

/** The keys of headers, whatever address they are for. */
const headers = 'http\\.(.*\\.)?extraheader'

const redirectsIn = (entries: readonly Setting[]): RemoteConfig['redirects'] =>
  entries.some(([key]) => new RegExp(`^${headers}$`).test(key)) ? 'refused' : 'as git does'

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

/** The same flags where no remote is configured yet. */
export const redirectingFrom = async (cwd: string): Promise<readonly string[]> => {
  const entries = await settingsLike(cwd, `^${headers}$`)
  return redirecting({ redirects: redirectsIn(entries) })
}

/** Reads it with one run of git. A remote that is not configured has empty addresses: git itself says so best. */
export const readRemoteConfig = async (
  cwd: string,
  gitDir: string,
  remote: string,
): Promise<RemoteConfig> => {
  const wanted = `^(core\\.sshcommand|remote\\..*\\.(url|pushurl)|url\\..*\\.(push)?insteadof|${headers})$`
  const entries = await settingsLike(cwd, wanted, [`--git-dir=${gitDir}`])
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
    redirects: redirectsIn(entries),
  }
}
