import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runGit } from '../git-program.js'
import { commonDirOf } from './read-ref.js'

/** What git's configuration says about talking to one remote. */
export interface RemoteConfig {
  readonly sshCommand: string | null
  readonly fetchUrl: string
  readonly pushUrl: string
}

/** Another number once the repository's configuration was written to. */
export const configStamp = async (gitDir: string): Promise<number> => {
  const told = await stat(join(await commonDirOf(gitDir), 'config')).catch(() => null)
  return told?.mtimeMs ?? 0
}

/** Reads it with one run of git. A remote that is not configured has empty addresses: git itself says so best. */
export const readRemoteConfig = async (
  cwd: string,
  gitDir: string,
  remote: string,
): Promise<RemoteConfig> => {
  const wanted = '^(core\\.sshcommand|remote\\..*\\.(url|pushurl))$'
  const { stdout } = await runGit(
    [`--git-dir=${gitDir}`, 'config', '--null', '--get-regexp', wanted],
    { cwd },
  )
  const entries = stdout
    .toString()
    .split('\0')
    .map((entry) => entry.split('\n'))
  const first = (name: string): string | undefined => entries.find(([key]) => key === name)?.[1]
  const last = (name: string): string | undefined => entries.findLast(([key]) => key === name)?.[1]
  const fetchUrl = first(`remote.${remote}.url`) ?? ''
  return {
    sshCommand: last('core.sshcommand') ?? null,
    fetchUrl,
    pushUrl: first(`remote.${remote}.pushurl`) ?? fetchUrl,
  }
}
