import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/actors/problem.js'
import { refusalIn } from '../../../src/git/transport/git-transport.js'
import { bytesOf } from '../../../src/git/transport/transfer-progress.js'
import { rejectionOf, serverWords } from '../../../src/git/transport/rejection.js'
import { sshCommand, usersSshCommand } from '../../../src/git/transport/ssh/ssh-command.js'
import type { RemoteUrl } from '../../../src/git/transport/remote/rewritten-url.js'
import {
  hiddenCredentials,
  withoutPassword,
} from '../../../src/git/transport/remote/url-credentials.js'

describe('bytesOf', () => {
  it.each([
    [
      'Receiving objects:  50% (1/2)\rReceiving objects: 100% (2/2), 1.50 MiB | 3.00 MiB/s, done.',
      1572864,
    ],
    [
      'Receiving objects:  50% (1/2), 1.00 KiB | 1 KiB/s\rReceiving objects: 100% (2/2), 2.00 KiB | 1 KiB/s',
      2048,
    ],
    ['Writing objects: 100% (3/3), 210 bytes | 210.00 KiB/s, done.', 210],
    ['Unpacking objects: 100% (3/3), 1.00 GiB | 210.00 KiB/s, done.', 2 ** 30],
    ['Counting objects: 100% (3/3), done.', 0],
    ['', 0],
  ])('reads %j', (progress, bytes) => {
    expect(bytesOf(progress)).toBe(bytes)
  })
})

describe('refusalIn', () => {
  it('finds the status of a ref that was not updated, and nothing in a success', () => {
    expect(refusalIn('To x\n!\ta:b\t[remote rejected] (hook declined)\nDone\n')).toBe(
      '[remote rejected] (hook declined)',
    )
    expect(refusalIn('To x\n \ta:b\t1..2\nDone\n')).toBe(null)
    expect(refusalIn('To x\n*\ta:b\t[new branch]\nDone\n')).toBe(null)
  })
})

describe('rejectionOf', () => {
  it.each([
    ['non-fast-forward', '', 'non-fast-forward'],
    ['fetch first', '', 'non-fast-forward'],
    ['stale info', '', 'non-fast-forward'],
    [
      'failed to update ref',
      "error: cannot lock ref 'refs/heads/main': is at 1 but expected 2",
      'non-fast-forward',
    ],
    [
      'failed to update ref',
      "error: cannot lock ref: Unable to create 'x.lock': Permission denied",
      'declined',
    ],
    ['pre-receive hook declined', 'no', 'declined'],
    ['protected branch hook declined', 'GH006: Protected branch update failed', 'declined'],
  ])('reads %j with %j as %s', (status, words, reason) => {
    expect(rejectionOf(status, words)).toMatchObject({ kind: 'rejected', reason })
  })

  it('sends the owner of a remote that lacks objects to it', () => {
    expect(() => rejectionOf('missing necessary objects', '')).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          kind: 'declined',
          remedy: expect.stringContaining('owner of the remote') as string,
        }) as Problem,
      }),
    )
  })

  it.each([
    'error: inflate: data stream error (incorrect header check)\nfatal: pack has bad object at offset 12',
    'error: inflate returned -5',
  ])('takes a server that could not read the pack for an outage: %j', (words) => {
    expect(() => rejectionOf('unpacker error', words)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind: 'network' }) as Problem }),
    )
  })

  it('takes a server that cannot keep the pack at its word', () => {
    expect(rejectionOf('unpacker error', 'error: unable to create temporary file')).toMatchObject({
      reason: 'declined',
    })
  })

  it('tells the server’s words first, without secrets', () => {
    const words = serverWords(
      'remote: see https://a:secret@host/x   \nremote:   \nTo host\nremote: bye\n',
    )
    expect(rejectionOf('hook declined', words)).toMatchObject({
      message: 'see https://***@host/x\nbye (hook declined)',
    })
  })
})

describe('sshCommand', () => {
  const none = { sshKey: null, knownHosts: null }

  it('never asks a question, unless the user chose the command', () => {
    expect(sshCommand(null, none)).toBe('ssh -oBatchMode=yes')
    expect(sshCommand('ssh -F other', none)).toBe('ssh -F other')
  })

  it('hands over odd paths as they are', () => {
    const command = sshCommand('printf "%s|"', { sshKey: "/a b/it's", knownHosts: '/c d/$HOME' })
    expect(execFileSync('sh', ['-c', command]).toString()).toBe(
      '-i|/a b/it\'s|-oIdentitiesOnly=yes|-oUserKnownHostsFile="/c d/$HOME"|',
    )
    expect(command).not.toContain('StrictHostKeyChecking')
    expect(sshCommand('ssh', { sshKey: '/100%/k', knownHosts: null })).toContain(
      `'-oIdentityFile="/100%%/k"'`,
    )
  })

  it.each(['/c "d"/hosts', "/it's/hosts", '/a\\b\\', '/100%/hosts', '/a b/#c'])(
    'has ssh take %s for one file',
    (knownHosts) => {
      const command = `${sshCommand('ssh', { sshKey: null, knownHosts })} -F none -G host`
      const told = execFileSync('sh', ['-c', command]).toString()
      expect(told).toContain(`\nuserknownhostsfile ${knownHosts}\n`)
    },
  )

  it('takes the user’s commands in git’s own order', () => {
    const env = { GIT_SSH_COMMAND: 'one', GIT_SSH: '/my ssh' }
    expect(usersSshCommand(env, 'two')).toBe('one')
    expect(usersSshCommand({ GIT_SSH: '/my ssh' }, 'two')).toBe('two')
    expect(usersSshCommand({ GIT_SSH: '/my ssh' }, null)).toBe("'/my ssh'")
    expect(usersSshCommand({}, null)).toBe(null)
  })
})

const plain = (...urls: readonly string[]): readonly RemoteUrl[] =>
  urls.map((url) => ({ configured: url, used: url, by: 'insteadOf' }))

describe('hiddenCredentials', () => {
  it('leaves an address without a password alone', () => {
    for (const url of [
      'https://host/x',
      'https://bob@host/x',
      'git@host:x',
      '/a/b',
      'ssh://a:b@host/x',
    ])
      expect(hiddenCredentials(plain(url), {})).toEqual({})
  })

  const token = 'f3a9c0d17be24865a1b2c3d4e5f60718'

  it('hides a token that stands alone, and keeps it the name that is asked with', () => {
    const env = hiddenCredentials(plain(`https://${token}@host/x`), {})
    expect(env).toEqual({
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'url.https://host.insteadOf',
      GIT_CONFIG_VALUE_0: `https://${token}@host`,
      GIT_CONFIG_KEY_1: 'credential.https://host.username',
      GIT_CONFIG_VALUE_1: token,
    })
    expect(withoutPassword(`https://${token}@host/x`)).toBe('https://host/x')
    expect(withoutPassword('https://bob@host/x')).toBe('https://bob@host/x')
  })

  it.each(['p w', 'p"w', "p'w", 'p\tw'])(
    'hides the password %j, which is an unusual one',
    (password) => {
      const url = `http://bob:${password}@host/x`
      expect(withoutPassword(url)).toBe('http://host/x')
      expect(hiddenCredentials(plain(url), {})).toMatchObject({
        GITSYNC_USERNAME_0: 'bob',
        GITSYNC_PASSWORD_0: password,
        GIT_CONFIG_KEY_0: 'url.http://host.insteadOf',
        GIT_CONFIG_VALUE_0: `http://bob:${password}@host`,
      })
    },
  )

  it('is added after what the user has put there', () => {
    const env = hiddenCredentials(plain('https://bob:p%40ss@host:8443/x'), {
      GIT_CONFIG_COUNT: '2',
    })
    expect(env).toMatchObject({
      GITSYNC_USERNAME_0: 'bob',
      GITSYNC_PASSWORD_0: 'p@ss',
      GIT_CONFIG_COUNT: '5',
      GIT_CONFIG_KEY_2: 'url.https://host:8443.insteadOf',
      GIT_CONFIG_VALUE_2: 'https://bob:p%40ss@host:8443',
    })
  })
})
