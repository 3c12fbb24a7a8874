import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../git-program.js'
import { commonDirOf } from './read-ref.js'
import { rewrittenPushUrl, rewrittenUrl } from './rewritten-url.js'
import type { Setting } from './rewritten-url.js'

/** One address: as the remote is configured with it, and as git then rewrites it. */
export interface RemoteUrl {
  readonly configured: string
  readonly used: string
}

/** What git's configuration says about talking to one remote. */
export interface RemoteConfig {
  readonly sshCommand: string | null
  readonly fetchUrl: RemoteUrl
  readonly pushUrl: RemoteUrl
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

/** Reads it with one run of git. A remote that is not configured has empty addresses: git itself says so best. */
export const readRemoteConfig = async (
  cwd: string,
  gitDir: string,
  remote: string,
): Promise<RemoteConfig> => {
  const wanted = '^(core\\.sshcommand|remote\\..*\\.(url|pushurl)|url\\..*\\.(push)?insteadof)$'
  const entries = await settingsLike(cwd, wanted, [`--git-dir=${gitDir}`])
  const first = (name: string): string | undefined => entries.find(([key]) => key === name)?.[1]
  const last = (name: string): string | undefined => entries.findLast(([key]) => key === name)?.[1]
  const url = first(`remote.${remote}.url`) ?? ''
  const pushUrl = first(`remote.${remote}.pushurl`)
  return {
    sshCommand: last('core.sshcommand') ?? null,
    fetchUrl: { configured: url, used: rewrittenUrl(url, entries) },
    pushUrl:
      pushUrl === undefined
        ? { configured: url, used: rewrittenPushUrl(url, entries) }
        : { configured: pushUrl, used: rewrittenUrl(pushUrl, entries) },
  }
}
