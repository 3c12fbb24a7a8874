import { shellWord } from '../../../shell-word.js'
import { canUnlock } from '../askpass.js'
import type { TransportSettings } from '../port.js'

/** ssh takes a percent sign for the beginning of a token, and splits a value at blanks, hence quotes of its own; a slash keeps those in it. */
const value = (path: string): string => `"${path.replaceAll('%', '%%').replace(/[\\"]/g, '\\$&')}"`

/** `-i` says where there is no such file, and looks for it before it takes a doubled percent sign for one. */
const keyOption = (path: string): readonly string[] =>
  path.includes('%') ? [shellWord(`-oIdentityFile=${value(path)}`)] : ['-i', shellWord(path)]

/**
 * The ssh command for git, which never asks a question. What the user set for all of git is kept, and the key and the
 * known hosts of this repository are added to it. How strictly host keys are checked is never touched.
 */
export const sshCommand = (
  users: string | null,
  { sshKey, knownHosts }: Pick<TransportSettings, 'sshKey' | 'knownHosts'>,
  env: NodeJS.ProcessEnv = process.env,
): string => {
  const key = sshKey === null ? [] : [...keyOption(sshKey), '-oIdentitiesOnly=yes']
  const hosts = knownHosts === null ? [] : [shellWord(`-oUserKnownHostsFile=${value(knownHosts)}`)]
  // In batch mode ssh would not even ask the program that knows the passphrase.
  const own = canUnlock(env) ? 'ssh' : 'ssh -oBatchMode=yes'
  return [users ?? own, ...key, ...hosts].join(' ')
}

/** What the user set: `GIT_SSH_COMMAND`, then `core.sshCommand`, then `GIT_SSH`, in git's own order. */
export const usersSshCommand = (env: NodeJS.ProcessEnv, configured: string | null): string | null =>
  env.GIT_SSH_COMMAND ?? configured ?? (env.GIT_SSH === undefined ? null : shellWord(env.GIT_SSH))
