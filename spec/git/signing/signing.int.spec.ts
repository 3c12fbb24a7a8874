import {
  bareRemote,
  cloneOf,
  committedRepository,
  commitAll,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/actors/problem.js'
import type { Report } from '../../../src/actors/reports.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { undoCommit } from '../../../src/mending/undo.js'
import { noConfig } from '../../support/mending.js'
import { endGnupg, gnupgHome, signBySsh, sshKey, verdicts } from '../../support/signing.js'
import { stepsOn } from '../../support/steps.js'

const person = 'Ada Writer <ada@example.org>'

gnupgHome()
afterAll(endGnupg)

/** One pass without the push. */
const pass = async (dir: string, wishes: Partial<RepoSettings> = {}): Promise<Report> => {
  const steps = stepsOn(dir, wishes)
  const { workTree } = steps
  try {
    const saved = await steps.save()
    if (saved.position.upstream === null) return saved
    const fetched = await firstValueFrom(workTree.fetch(saved.position))
    if (fetched.type !== 'Fetched') return fetched
    return await firstValueFrom(workTree.integrate(fetched.position))
  } finally {
    workTree.close()
  }
}

const problemOf = async (dir: string): Promise<Problem> => {
  const steps = stepsOn(dir)
  try {
    return await steps.problem()
  } finally {
    steps.workTree.close()
  }
}

/** What became of a process; one that nobody asked how it ended is gone too. */
const isGone = (pid: number): boolean =>
  /^(?:Z|$)/.test(
    spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .stdout.toString()
      .trim(),
  )

/** A clone whose remote has a commit more than it. */
const cloneBehind = (): string => {
  const remote = bareRemote()
  const other = cloneOf(remote)
  writeFiles(other, { 'a.md': 'one\n' })
  commitAll(other, 'First')
  git(other, ['push', '-q', '-u', 'origin', 'main'])
  const dir = cloneOf(remote)
  writeFiles(other, { 'b.md': 'theirs\n' })
  commitAll(other, 'Theirs')
  git(other, ['push', '-q'])
  return dir
}

describe('where git signs commits, so do we', () => {
  it('with a key of ssh', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    signBySsh(dir)
    writeFiles(dir, { 'a.md': 'two\n' })
    expect(
      await pass(dir, { author: { name: 'Bö Writer', email: 'b@example.org' } }),
    ).toMatchObject({
      type: 'Committed',
    })
    git(dir, ['verify-commit', 'HEAD'])
    expect(verdicts(dir)).toEqual(['G'])
    git(dir, ['fsck', '--strict'])
    expect(git(dir, ['status', '--porcelain'])).toBe('')
  })

  it('with a key of OpenPGP', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    execFileSync('gpg', [
      '--batch',
      '-q',
      '--passphrase',
      '',
      '--quick-gen-key',
      person,
      'ed25519',
      'sign',
    ])
    git(dir, ['config', 'commit.gpgSign', 'yes'])
    writeFiles(dir, { 'a.md': 'two\n' })
    await pass(dir)
    git(dir, ['verify-commit', 'HEAD'])
    expect(git(dir, ['show', '--format=%B', '--no-patch'])).toMatch(/^Update a\.md\n/)
  })

  it('with a certificate, by the program that is set', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    const asked = join(temporaryFolder(), 'asked')
    const program = join(temporaryFolder(), 'signs')
    writeFileSync(
      program,
      // It reads what it signs, as gpg does: git fails to write to one that has ended.
      `#!/bin/sh\ncat > /dev/null\necho "$@" > '${asked}'\necho '[GNUPG:] SIG_CREATED ' >&2\nprintf -- '-----BEGIN SIGNED MESSAGE-----\\nx\\n-----END SIGNED MESSAGE-----\\n'\n`,
      { mode: 0o755 },
    )
    for (const [key, value] of [
      ['gpg.format', 'x509'],
      ['gpg.x509.program', program],
      ['user.signingKey', '0xADA'],
      ['commit.gpgSign', 'true'],
    ] as const)
      git(dir, ['config', key, value])
    writeFiles(dir, { 'a.md': 'two\n' })
    await pass(dir)
    expect(readFileSync(asked, 'utf8')).toContain('0xADA')
    expect(git(dir, ['cat-file', 'commit', 'HEAD'])).toContain('-----BEGIN SIGNED MESSAGE-----')
  })

  it.each(['merge', 'rebase'] as const)(
    'also what is integrated by %s, and what is undone',
    async (integrate) => {
      const dir = cloneBehind()
      signBySsh(dir)
      writeFiles(dir, { 'c.md': 'ours\n' })
      expect(await pass(dir, { integrate })).toMatchObject({ position: { behind: 0 } })
      const ours = git(dir, ['rev-list', 'HEAD', '^origin/main']).split('\n')
      expect(ours).toHaveLength(integrate === 'merge' ? 2 : 1)
      for (const oid of ours) git(dir, ['verify-commit', oid])
      if (integrate === 'merge') return
      expect((await undoCommit(noConfig, dir)).type).toBe('Undone')
      expect(verdicts(dir, 2)).toEqual(['G', 'G'])
    },
  )
})

it('a commit of nobody, of which git signs none, is merged and not replayed', async () => {
  const dir = cloneBehind()
  writeFiles(dir, { 'c.md': 'ours\n' })
  git(dir, ['add', '-A'])
  const head = `tree ${git(dir, ['write-tree'])}\nparent ${git(dir, ['rev-parse', 'HEAD'])}\n`
  const nobody = `${head}author  <> 1700000000 +0000\ncommitter ${person} 1700000000 +0000\n\nOdd\n`
  const hash = ['hash-object', '-t', 'commit', '-w', '--stdin']
  git(dir, ['update-ref', 'HEAD', git(dir, hash, { input: nobody })])
  signBySsh(dir)
  expect(await pass(dir, { integrate: 'rebase' })).toMatchObject({ type: 'Integrated' })
  expect(git(dir, ['log', '-3', '--format=%G? %s'])).toContain('G Merge origin/main')
})

describe('where a commit cannot be signed', () => {
  it('makes none, leaves everything as it is and says the remedy; with the key it goes on', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    const key = sshKey()
    signBySsh(dir, key)
    git(dir, ['config', 'user.signingKey', `${key}.gone`])
    const head = git(dir, ['rev-parse', 'HEAD'])
    writeFiles(dir, { 'a.md': 'two\n' })
    expect(await problemOf(dir)).toMatchObject({
      kind: 'unexpected',
      message: expect.stringContaining('could not be signed') as string,
      remedy: expect.stringContaining('user.signingKey') as string,
    })
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(readFileSync(join(dir, 'a.md'), 'utf8')).toBe('two\n')
    expect(tryGit(dir, ['add', 'a.md']).code).toBe(0)
    git(dir, ['config', 'user.signingKey', key])
    await pass(dir)
    expect(verdicts(dir)).toEqual(['G'])
  })
  it('gives a program that says nothing up, with its children', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    const alive = join(temporaryFolder(), 'alive')
    const program = join(temporaryFolder(), 'hangs')
    writeFileSync(program, `#!/bin/sh\nsleep 600 &\necho $! > '${alive}'\nwait\n`, { mode: 0o755 })
    git(dir, ['config', 'gpg.program', program])
    git(dir, ['config', 'commit.gpgSign', 'true'])
    writeFiles(dir, { 'a.md': 'two\n' })
    expect((await problemOf(dir)).message).toMatch(/signed: it took longer than \d+ s/)
    expect(tryGit(dir, ['add', 'a.md']).code).toBe(0)
    expect(isGone(Number(readFileSync(alive, 'utf8')))).toBe(true)
  })
})
