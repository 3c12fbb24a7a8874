import { homedir } from 'node:os'
import { join } from 'node:path'
import type { RepoSettings } from '../actors/settings.js'
import { stampOf } from './index/stamp.js'

/** Where git and ssh find who a person is and whom they trust, besides what belongs to one repository. */
const personal = (env: NodeJS.ProcessEnv, home: string): readonly string[] => {
  const xdg = join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git')
  const ssh = join(home, '.ssh')
  return [
    env.GIT_CONFIG_GLOBAL ?? join(home, '.gitconfig'),
    env.GIT_CONFIG_SYSTEM ?? '/etc/gitconfig',
    join(xdg, 'config'),
    join(xdg, 'credentials'),
    join(home, '.git-credentials'),
    join(home, process.platform === 'win32' ? '_netrc' : '.netrc'),
    // Not the folder itself: sockets of connections that are shared come and go in it.
    ...['config', 'known_hosts', 'id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(ssh, name)),
    ...(env.SSH_AUTH_SOCK === undefined ? [] : [env.SSH_AUTH_SOCK]),
  ]
}

/** What a person's remedy mostly changes; of what a keychain or an agent holds there is no sign. */
const remedyFiles = (
  { sshKey, knownHosts }: Pick<RepoSettings, 'sshKey' | 'knownHosts'>,
  commonDir: string | null,
): readonly string[] => [
  ...(commonDir === null ? [] : [join(commonDir, 'config')]),
  ...personal(process.env, homedir()),
  ...[sshKey, knownHosts].filter((file) => file !== null),
]

/** Another string when one of these files is another; costs some microseconds each. */
export const remedyMark = (
  settings: Pick<RepoSettings, 'sshKey' | 'knownHosts'>,
  commonDir: string | null,
): string => stampOf(remedyFiles(settings, commonDir))
