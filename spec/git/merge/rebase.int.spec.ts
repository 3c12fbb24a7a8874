import { settingsOf } from '../../support/settings.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../../support/temp-repositories.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import type { Position, Report } from '../../../src/actors/reports.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { openWorkTree } from '../../../src/git/work-tree.js'

const positionOf = (report: Report): Position => {
  if (!('position' in report)) throw new Error(JSON.stringify(report))
  return report.position
}

/** Clones of one remote with a first commit. */
const pair = (files: Readonly<Record<string, string>>): readonly [string, string] => {
  const remote = bareRemote()
  const a = cloneOf(remote)
  writeFiles(a, files)
  commitAll(a, 'First')
  git(a, ['push', '-q', '-u', 'origin', 'main'])
  return [a, cloneOf(remote)]
}

const rebase = async (
  dir: string,
  conflict: RepoSettings['conflict'] = 'keep-both',
): Promise<Report> => {
  const settings = settingsOf(dir, { integrate: 'rebase', conflict })
  const tree = openWorkTree(settings, (step) => step())
  try {
    const seen = positionOf(await firstValueFrom(tree.inspect()))
    const saved = positionOf(await firstValueFrom(tree.commit(everything, seen)))
    const fetched = positionOf(await firstValueFrom(tree.fetch(saved)))
    return await firstValueFrom(tree.integrate(fetched))
  } finally {
    tree.close()
  }
}

const subjects = (dir: string): readonly string[] =>
  git(dir, ['log', '--format=%s', 'HEAD']).split('\n')

describe('integrate: rebase', () => {
  it('replays our unpushed commits in order on top of the remote’s, without a rebase state', async () => {
    const [a, b] = pair({ 'n.md': 'one\ntwo\nthree\n' })
    writeFiles(a, { 'n.md': 'ONE\ntwo\nthree\n' })
    commitAll(a, 'Theirs')
    git(a, ['push', '-q'])
    writeFiles(b, { 'n.md': 'one\ntwo\nTHREE\n' })
    commitAll(b, 'Ours 1')
    writeFiles(b, { 'o.md': 'other\n' })
    commitAll(b, 'Ours 2')
    const former = git(b, ['rev-parse', 'HEAD'])
    expect(await rebase(b)).toMatchObject({ type: 'Integrated', position: { ahead: 2, behind: 0 } })
    expect(subjects(b)).toEqual(['Ours 2', 'Ours 1', 'Theirs', 'First'])
    expect(readFileSync(join(b, 'n.md'), 'utf8')).toBe('ONE\ntwo\nTHREE\n')
    expect(git(b, ['status', '--porcelain'])).toBe('')
    expect(git(b, ['for-each-ref', '--format=%(objectname)', 'refs/gitsync/former'])).toBe(former)
    expect(git(b, ['fsck', '--strict'])).toBe('')
  })

  it('keeps both versions of a conflict: the remote’s keeps the name', async () => {
    const [a, b] = pair({ 'n.md': 'one\n' })
    writeFiles(a, { 'n.md': 'theirs\n' })
    commitAll(a, 'Theirs')
    git(a, ['push', '-q'])
    writeFiles(b, { 'n.md': 'ours\n' })
    const report = await rebase(b)
    if (report.type !== 'Integrated') throw new Error(JSON.stringify(report))
    const copy = report.conflicts[0]?.copy ?? ''
    expect(copy).toMatch(/^n\.sync-conflict-\d{8}-\d{6}-[0-9a-f]{7}\.md$/)
    expect(readFileSync(join(b, 'n.md'), 'utf8')).toBe('theirs\n')
    expect(readFileSync(join(b, copy), 'utf8')).toBe('ours\n')
  })

  it.each(['keep-both', 'ours', 'theirs'] as const)(
    'merges where a commit met a conflict under %s: one copy, and every version in the branch',
    async (conflict) => {
      const [a, b] = pair({ 'n.md': 'one\n' })
      writeFiles(a, { 'n.md': 'theirs\n' })
      commitAll(a, 'Theirs')
      git(a, ['push', '-q'])
      const versions = ['ours 1\n', 'ours 2\n', 'ours 3\n']
      for (const version of versions) {
        writeFiles(b, { 'n.md': version })
        commitAll(b, version.trim())
      }
      const report = await rebase(b, conflict)
      if (report.type !== 'Integrated') throw new Error(JSON.stringify(report))
      expect(subjects(b)).toEqual(expect.arrayContaining(['Theirs', 'ours 1', 'ours 2', 'ours 3']))
      const reachable = git(b, ['rev-list', '--objects', 'HEAD'])
      for (const input of ['theirs\n', ...versions])
        expect(reachable).toContain(git(b, ['hash-object', '--stdin'], { input }))
      expect(report.conflicts).toHaveLength(1)
      const names = git(b, ['ls-tree', '--name-only', 'HEAD']).split('\n')
      expect(names).toHaveLength(conflict === 'keep-both' ? 2 : 1)
      const winner = conflict === 'ours' ? 'ours 3' : 'theirs'
      expect(git(b, ['show', 'HEAD:n.md'])).toBe(winner)
      expect(git(b, ['for-each-ref', 'refs/gitsync/former'])).toBe('')
    },
  )

  it('keeps nothing of what ours itself took back', async () => {
    const [a, b] = pair({ 'n.md': 'one\n' })
    writeFiles(a, { 'n.md': 'theirs\n' })
    commitAll(a, 'Theirs')
    git(a, ['push', '-q'])
    for (const version of ['ours\n', 'one\n']) {
      writeFiles(b, { 'n.md': version })
      commitAll(b, version.trim())
    }
    expect(await rebase(b)).toMatchObject({ type: 'Integrated', conflicts: [] })
    expect(git(b, ['ls-tree', '--name-only', 'HEAD'])).toBe('n.md')
    expect(readFileSync(join(b, 'n.md'), 'utf8')).toBe('theirs\n')
  })

  it('drops a commit that brings nothing new, and merges where a merge is among ours', async () => {
    const [a, b] = pair({ 'n.md': 'one\n' })
    for (const dir of [a, b]) {
      writeFiles(dir, { 'n.md': 'same\n' })
      commitAll(dir, `Same in ${dir}`)
    }
    git(a, ['push', '-q'])
    await rebase(b)
    expect(git(b, ['rev-parse', 'HEAD'])).toBe(git(a, ['rev-parse', 'HEAD']))

    git(b, ['checkout', '-q', '-b', 'side'])
    writeFiles(b, { 's.md': 's\n' })
    commitAll(b, 'Side')
    git(b, ['checkout', '-q', 'main'])
    git(b, ['merge', '-q', '--no-ff', '-m', 'Own merge', 'side'])
    writeFiles(a, { 'x.md': 'x\n' })
    commitAll(a, 'X')
    git(a, ['push', '-q'])
    expect(await rebase(b)).toMatchObject({ type: 'Integrated', position: { behind: 0 } })
    expect(subjects(b)).toContain('Own merge')
    expect(git(b, ['rev-list', '--merges', '--count', 'HEAD'])).toBe('2')
  })
})
