import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { git, temporaryFolder } from './temp-repositories.js'

/** A key of ssh in a file; the empty passphrase locks nothing. */
export const sshKey = (passphrase = ''): string => {
  const key = join(temporaryFolder(), 'key')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', key])
  return key
}

/** Settings in the repository's own configuration. */
export const configure = (dir: string, settings: Readonly<Record<string, string>>): void => {
  for (const [key, value] of Object.entries(settings)) git(dir, ['config', key, value])
}

/** Has git know this key as Ada's. */
export const trustSsh = (dir: string, key: string): void => {
  const known = join(temporaryFolder(), 'known')
  writeFileSync(known, `ada@example.org ${readFileSync(`${key}.pub`, 'utf8')}`)
  configure(dir, { 'gpg.ssh.allowedSignersFile': known })
}

/** Has git sign with this key, and know it. */
export const signBySsh = (dir: string, key = sshKey()): void => {
  trustSsh(dir, key)
  configure(dir, { 'gpg.format': 'ssh', 'user.signingKey': key, 'commit.gpgSign': 'true' })
}

/** What git says of the signatures of the newest commits: G is good, N none. */
export const verdicts = (dir: string, count = 1): readonly string[] =>
  git(dir, ['log', `-${String(count)}`, '--format=%G?']).split('\n')

/** A home of GnuPG of its own, for this process and all that it starts. */
export const gnupgHome = (): string => {
  const home = temporaryFolder()
  chmodSync(home, 0o700)
  process.env.GNUPGHOME = home
  return home
}

/** Ends the agents of that home. */
export const endGnupg = (): void => {
  execFileSync('gpgconf', ['--kill', 'all'])
}
