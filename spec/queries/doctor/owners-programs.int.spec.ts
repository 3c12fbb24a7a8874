import { committedRepository, git, temporaryFolder } from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RepoConfig } from '../../../src/config/sync-config.js'
import type { Check, CheckName } from '../../../src/queries/doctor/check.js'
import { diagnose } from '../../../src/queries/doctor/diagnose.js'
import { configure, endGnupg, gnupgHome, signBySsh, sshKey } from '../../support/signing.js'
import { snapshotOf } from './snapshot.js'

let home: string

beforeAll(() => {
  process.env.XDG_STATE_HOME = temporaryFolder()
  Reflect.deleteProperty(process.env, 'SSH_AUTH_SOCK')
  home = gnupgHome()
})
afterAll(endGnupg)

const leftFor = (what: string): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`gitsync-${what}-`))

/** Asks, and sees that neither the repository nor the folder for temporary files is another afterwards. */
const check = async (
  path: string,
  name: CheckName,
  wishes: Partial<RepoConfig> = {},
): Promise<Check> => {
  const [before, left] = [snapshotOf(path), leftFor('signing')]
  const checks = await lastValueFrom(diagnose({ repos: [{ ...wishes, path }] }).pipe(toArray()))
  expect(snapshotOf(path)).toEqual(before)
  expect(leftFor('signing')).toEqual(left)
  const found = checks.find((one) => one.check === name)
  if (found === undefined) throw new Error(`nothing is said of ${name}`)
  return found
}

const refused = (remedy: string) => ({
  level: 'fail',
  message: expect.stringMatching(/^unexpected: The commit could not be signed: /) as string,
  remedy: expect.stringContaining(remedy) as string,
})

describe('the signature', () => {
  it('is not tried where commits are not signed', async () => {
    const found = await check(committedRepository({ a: 'a' }), 'signing')
    expect(found).toMatchObject({ level: 'ok', message: 'commits are not signed' })
  })

  it('by a key of ssh is tried, and nothing is left of it', async () => {
    const path = committedRepository({ a: 'a' })
    const key = sshKey()
    signBySsh(path, key)
    const { level, message } = await check(path, 'signing')
    expect({ level, message }).toEqual({
      level: 'ok',
      message: `by ssh with the key ${key}: it was tried`,
    })
  })

  it('by a key of ssh that is locked fails, with what unlocks it', async () => {
    const path = committedRepository({ a: 'a' })
    const key = sshKey('open sesame')
    signBySsh(path, key)
    expect(await check(path, 'signing')).toMatchObject(refused(`(ssh-add '${key}')`))
  })

  it('by OpenPGP opens no window: the agent is told not to ask', async () => {
    const asked = join(temporaryFolder(), 'asked')
    const pinentry = join(temporaryFolder(), 'pinentry')
    writeFileSync(pinentry, `#!/bin/sh\ntouch '${asked}'\nexit 1\n`, { mode: 0o755 })
    writeFileSync(join(home, 'gpg-agent.conf'), `pinentry-program ${pinentry}\n`)
    const made = ['--batch', '-q', '--pinentry-mode', 'loopback', '--passphrase']
    const add = (passphrase: string, who: string): void => {
      const args = [...made, passphrase, '--quick-gen-key', who, 'ed25519', 'sign']
      execFileSync('gpg', args, { stdio: 'pipe' })
    }
    add('open sesame', 'Locked <locked@example.org>')
    add('', 'Open <open@example.org>')
    endGnupg()
    const path = committedRepository({ a: 'a' })
    configure(path, { 'commit.gpgSign': 'true', 'user.signingKey': 'locked@example.org' })
    expect(await check(path, 'signing')).toMatchObject(refused('GPG_TTY=$(tty) git -C'))
    expect(existsSync(asked)).toBe(false)
    configure(path, { 'user.signingKey': 'open@example.org' })
    expect(await check(path, 'signing')).toMatchObject({ level: 'ok' })
    configure(path, { 'gpg.program': join(temporaryFolder(), 'gpg') })
    expect(await check(path, 'signing')).toMatchObject({ level: 'fail' })
  })

  it('by a program that never ends is given up in time', async () => {
    const path = committedRepository({ a: 'a' })
    const program = join(temporaryFolder(), 'sign')
    writeFileSync(program, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 })
    configure(path, { 'commit.gpgSign': 'true', 'gpg.program': program })
    const began = performance.now()
    expect(await check(path, 'signing')).toMatchObject(refused('turn commit.gpgSign off'))
    expect(performance.now() - began).toBeLessThan(30_000)
  })
})

describe('hooks', () => {
  const hook = (folder: string, name: string, mode: number): string => {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, name)
    writeFileSync(file, '#!/bin/sh\nexit 1\n')
    chmodSync(file, mode)
    return file
  }

  it('that are there are named, and run by nobody', async () => {
    const path = committedRepository({ a: 'a' })
    const folder = join(path, '.git/hooks')
    hook(folder, 'pre-commit', 0o755)
    hook(folder, 'pre-commit.sample', 0o755)
    hook(folder, 'pre-rebase', 0o755)
    expect(await check(path, 'hooks', { hooks: true })).toMatchObject({
      level: 'ok',
      message: 'run: pre-commit',
    })
    expect(await check(path, 'hooks')).toMatchObject({
      level: 'ok',
      message: 'not run, since hooks is false: pre-commit',
    })
  })

  it('that are not executable are warned of, wherever git looks for them', async () => {
    const path = committedRepository({ a: 'a' })
    const folder = join(temporaryFolder(), 'hooks of mine')
    git(path, ['config', 'core.hooksPath', folder])
    const file = hook(folder, 'commit-msg', 0o644)
    expect(await check(path, 'hooks', { hooks: true })).toMatchObject({
      level: 'warn',
      message: 'not executable, and so not run: commit-msg',
      remedy: `chmod +x '${file}', or take it away.`,
    })
  })
})
