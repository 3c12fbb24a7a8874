import {
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/actors/problem.js'
import {
  configure,
  endGnupg,
  gnupgHome,
  signBySsh,
  sshKey,
  verdicts,
} from '../../support/signing.js'
import type { Steps } from '../../support/steps.js'
import { stepsOn } from '../../support/steps.js'

const passphrase = 'open sesame'

const home = gnupgHome()
writeFileSync(join(home, 'gpg-agent.conf'), 'allow-preset-passphrase\n')
writeFileSync(join(home, 'gpgsm.conf'), 'disable-dirmngr\ndisable-crl-checks\n')
afterAll(endGnupg)

/** As a person does in a terminal of their own: from then on the agent has it. */
const unlock = (): void => {
  for (const file of readdirSync(join(home, 'private-keys-v1.d'))) {
    const hex = Buffer.from(passphrase).toString('hex')
    const preset = `PRESET_PASSPHRASE ${basename(file, '.key')} -1 ${hex}`
    execFileSync('gpg-connect-agent', [preset, '/bye'], { stdio: 'pipe' })
  }
}

const edited = (): { readonly dir: string; readonly steps: Steps } => {
  const dir = committedRepository({ 'a.md': 'one\n' })
  writeFiles(dir, { 'a.md': 'two\n' })
  return { dir, steps: stepsOn(dir) }
}

/** Nobody is asked, nothing is made, nothing changed; the person who has unlocked the key and says so is heard. */
const waitsUntil = async (dir: string, steps: Steps, unlocked: () => void): Promise<Problem> => {
  const [head, status] = [git(dir, ['rev-parse', 'HEAD']), git(dir, ['status', '--porcelain'])]
  const from = performance.now()
  const problem = await steps.problem()
  expect(performance.now() - from).toBeLessThan(20_000)
  expect(problem).toMatchObject({ kind: 'unexpected' })
  expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
  expect(git(dir, ['status', '--porcelain'])).toBe(status)
  unlocked()
  steps.workTree.insist()
  await steps.save()
  steps.workTree.close()
  git(dir, ['verify-commit', 'HEAD'])
  expect(verdicts(dir)).toEqual(['G'])
  git(dir, ['fsck', '--strict'])
  return problem
}

describe('a key that is locked', () => {
  it('of OpenPGP is waited for, also where the agent was started at a terminal', async () => {
    const { dir, steps } = edited()
    const key = ['Ada Writer <ada@example.org>', 'ed25519', 'sign']
    const made = ['--batch', '-q', '--pinentry-mode', 'loopback', '--passphrase', passphrase]
    execFileSync('gpg', [...made, '--quick-gen-key', ...key], { stdio: 'pipe' })
    endGnupg()
    const agent = 'GPG_TTY=$(tty) gpg-connect-agent /bye'
    execFileSync('script', ['-qc', agent, '/dev/null'], { stdio: 'pipe' })
    configure(dir, { 'commit.gpgSign': 'true' })
    const { message, remedy } = await waitsUntil(dir, steps, unlock)
    expect(message).toContain('The commit could not be signed: error: gpg failed to sign the data')
    expect(remedy).toContain(`GPG_TTY=$(tty) git -C '${dir}' commit-tree -S -m try 4b825dc`)
  })

  it('of ssh is waited for until the agent has it', async () => {
    const { dir, steps } = edited()
    const key = sshKey(passphrase)
    signBySsh(dir, key)
    const socket = join(temporaryFolder(), 'agent')
    const told = execFileSync('ssh-agent', ['-a', socket]).toString()
    const askpass = join(temporaryFolder(), 'askpass')
    writeFileSync(askpass, `#!/bin/sh\necho '${passphrase}'\n`, { mode: 0o755 })
    try {
      const { remedy } = await waitsUntil(dir, steps, () => {
        const env = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' }
        process.env.SSH_AUTH_SOCK = socket
        execFileSync('ssh-add', ['-q', key], { env: { ...process.env, ...env }, stdio: 'pipe' })
      })
      expect(remedy).toContain(`(ssh-add '${key}')`)
    } finally {
      process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(told)?.[1]))
    }
  })

  it('of a certificate is waited for, by gpgsm itself', async () => {
    const { dir, steps } = edited()
    const folder = temporaryFolder()
    const openssl = (...args: readonly string[]): void => {
      execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
    }
    const subject = ['-subj', '/CN=Ada Writer', '-addext', 'subjectAltName=email:ada@example.org']
    const usage = ['-addext', 'keyUsage=digitalSignature,keyCertSign']
    const pair = ['-keyout', 'k.pem', '-out', 'c.pem', '-days', '30', ...subject, ...usage]
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...pair)
    const old = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']
    const both = ['-inkey', 'k.pem', '-in', 'c.pem', '-out', 'k.p12']
    openssl('pkcs12', '-export', ...both, '-passout', `pass:${passphrase}`, ...old)
    const quietly = ['--batch', '--pinentry-mode', 'loopback', '--passphrase-fd', '0']
    execFileSync('gpgsm', [...quietly, '--import', join(folder, 'k.p12')], {
      input: passphrase,
      stdio: 'pipe',
    })
    const listed = execFileSync('gpgsm', ['--list-keys', '--with-colons'], { stdio: 'pipe' })
    const key = /^fpr:{9}(\w+)/m.exec(listed.toString())?.[1] ?? ''
    writeFileSync(join(home, 'trustlist.txt'), `${key} S relax\n`)
    endGnupg()
    configure(dir, { 'gpg.format': 'x509', 'user.signingKey': key, 'commit.gpgSign': 'true' })
    const { message } = await waitsUntil(dir, steps, unlock)
    expect(message).toContain('could not be signed')
  })
})
