import {
  commitAt,
  ownClone,
  positionIn,
  reachable,
  squash,
  subjects,
} from '../../support/squashing.js'
import type { Own } from '../../support/squashing.js'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commitAt as commitFrom } from '../../../src/git/history/committed-file.js'
import { readHistory } from '../../../src/queries/history.js'
import { git, temporaryFolder, treeOf, writeFiles } from '../../support/temp-repositories.js'

const unpushed = 'origin/main..HEAD'

/** What holds after every squash, whatever it found. */
const expectSound = ({ dir }: Own, tips: readonly string[]): void => {
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(git(dir, ['fsck', '--strict', '--no-dangling'])).toBe('')
  for (const tip of tips) expect(reachable(dir)).toContain(tip)
}

describe('squash', () => {
  it('makes one commit of each hour, with the tree of its last, its beginning and its end', async () => {
    const own = ownClone()
    const { dir } = own
    const oids = [0, 10, 59, 60, 100, 200].map((at) =>
      commitAt(own, at, { 'b.md': `${String(at)}\n` }),
    )
    const before = treeOf(dir)
    const report = await squash(own)
    expect(report).toMatchObject({
      type: 'Squashed',
      squashed: { branch: 'main', from: oids[5], commits: 6 },
      position: { ahead: 3, behind: 0 },
    })
    expect(subjects(dir, unpushed)).toEqual(['Add b.md', 'Update b.md', 'At 200'])
    expect(treeOf(dir)).toEqual(before)
    const trees = git(dir, ['log', '--reverse', '--format=%T', unpushed]).split('\n')
    expect(trees).toEqual([2, 4, 5].map((n) => git(dir, ['rev-parse', `${oids[n] ?? ''}^{tree}`])))
    const times = git(dir, ['log', '--reverse', '--format=%at %ct', unpushed]).split('\n')
    expect(
      times.map((line) => line.split(' ').map((one) => (Number(one) - 1_700_000_000) / 60)),
    ).toEqual([
      [0, 59],
      [60, 100],
      [200, 200],
    ])
    expectSound(own, oids)
    expect(git(dir, ['rev-parse', 'refs/gitsync/former/main'])).toBe(oids[5])
    expect(git(dir, ['log', '-g', '-1', '--format=%gs', 'main'])).toBe('gitsync: squash 6 commits')
  })

  it('finds nothing more to do, and goes on with the window that it began', async () => {
    const own = ownClone()
    const oids = [0, 10].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    await squash(own)
    const once = git(own.dir, ['rev-parse', 'HEAD'])
    expect(await squash(own)).toMatchObject({ squashed: null })
    expect(git(own.dir, ['rev-parse', 'HEAD'])).toBe(once)
    oids.push(once, ...[59, 61].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` })))
    await squash(own)
    expect(subjects(own.dir, unpushed)).toEqual(['Add b.md', 'At 61'])
    expectSound(own, oids)
    const kept = git(own.dir, ['for-each-ref', '--format=%(refname)', 'refs/gitsync'])
    expect(kept).toBe('refs/gitsync/former/main')
  })

  it('leaves what a person made, and all before it', async () => {
    const own = ownClone()
    const { dir } = own
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    const person = commitAt(own, 2, { 'b.md': 'person\n' }, 'person')
    const tips = [3, 4].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    await squash(own)
    expect(subjects(dir, unpushed)).toEqual(['At 0', 'At 1', 'At 2', 'Update b.md'])
    expect(git(dir, ['rev-parse', 'HEAD~1'])).toBe(person)
    expectSound(own, tips)
  })

  it('leaves a commit that a person amended', async () => {
    const own = ownClone()
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    git(own.dir, ['commit', '-q', '--amend', '-m', 'Mine'])
    expect(await squash(own)).toMatchObject({ squashed: null })
    expect(subjects(own.dir, unpushed)).toEqual(['At 0', 'Mine'])
  })

  it('ends at a merge', async () => {
    const own = ownClone()
    const { dir } = own
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    git(dir, ['checkout', '-q', '-b', 'side', 'origin/main'])
    commitAt(own, 2, { 's.md': 's\n' })
    git(dir, ['checkout', '-q', 'main'])
    git(dir, ['merge', '-q', '--no-ff', '-m', 'Merge', 'side'])
    own.oids.add(git(dir, ['rev-parse', 'HEAD']))
    git(dir, ['branch', '-q', '-D', 'side'])
    const merge = git(dir, ['rev-parse', 'HEAD'])
    for (const at of [3, 4]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    await squash(own)
    expect(git(dir, ['rev-parse', 'HEAD~1'])).toBe(merge)
  })

  it.each<readonly [string, (dir: string) => void]>([
    ['a tag', (dir) => git(dir, ['tag', '-a', '-m', 'x', 'v1', 'HEAD~1'])],
    ['another branch', (dir) => git(dir, ['branch', 'a/b', 'HEAD~1'])],
    ['another remote', (dir) => git(dir, ['update-ref', 'refs/remotes/other/main', 'HEAD~1'])],
    [
      'another work tree',
      (dir) => git(dir, ['worktree', 'add', '-q', '--detach', temporaryFolder(), 'HEAD~1']),
    ],
    ['what was sent', (dir) => git(dir, ['update-ref', 'refs/gitsync/sent/main', 'HEAD~1'])],
    [
      'a stash',
      (dir) => {
        const head = git(dir, ['rev-parse', 'HEAD'])
        git(dir, ['checkout', '-q', '--detach', 'HEAD~1'])
        writeFiles(dir, { 'a.md': 'stashed\n' })
        git(dir, ['stash', '-q'])
        git(dir, ['checkout', '-q', 'main'])
        expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
      },
    ],
  ])('leaves what %s reaches', async (_, know) => {
    const own = ownClone()
    const oids = [0, 1, 2].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    git(own.dir, ['tag', 'a-blob', 'HEAD:a.md'])
    git(own.dir, ['symbolic-ref', 'refs/remotes/gone/HEAD', 'refs/remotes/gone/main'])
    know(own.dir)
    expect(await squash(own)).toMatchObject({ squashed: null })
    expect(git(own.dir, ['rev-parse', 'HEAD'])).toBe(oids[2])
    commitAt(own, 3, { 'b.md': '3\n' })
    await squash(own)
    expect(subjects(own.dir, unpushed)).toEqual(['At 0', 'At 1', 'Update b.md'])
  })

  it.each<readonly [string, (own: Own) => void]>([
    [
      'a ref without its object may reach',
      ({ dir }) => {
        writeFileSync(join(dir, '.git', 'refs', 'remotes', 'lost'), `${'1'.repeat(40)}\n`)
      },
    ],
    [
      'is a submodule',
      ({ dir }) => {
        const above = temporaryFolder()
        git(above, ['init', '-q'])
        mkdirSync(join(above, '.git', 'modules'))
        const folder = join(above, '.git', 'modules', 'sub')
        git(dir, ['init', '-q', `--separate-git-dir=${folder}`])
      },
    ],
    [
      'is pushed to elsewhere',
      ({ dir }) => git(dir, ['remote', 'set-url', '--push', 'origin', '/x']),
    ],
  ])('leaves alone what %s', async (_, make) => {
    const own = ownClone()
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    make(own)
    expect(await squash(own)).toMatchObject({ squashed: null })
    expect(subjects(own.dir, unpushed)).toEqual(['At 0', 'At 1'])
  })

  it('keeps authors apart, and leaves out what changed nothing in the end', async () => {
    const own = ownClone()
    const { dir } = own
    const oids = [0, 1].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    git(dir, ['config', 'user.name', 'Bob'])
    oids.push(commitAt(own, 2, { 'c.md': 'c\n' }), commitAt(own, 3, { 'c.md': 'C\n' }))
    await squash(own)
    expect(git(dir, ['log', '--reverse', '--format=%an', unpushed])).toBe('Ada Writer\nBob')
    git(dir, ['config', 'user.name', 'Cid'])
    oids.push(commitAt(own, 4, { 'b.md': 'x\n' }), commitAt(own, 5, { 'b.md': '1\n' }))
    const report = await squash(own)
    expect(report).toMatchObject({ squashed: { commits: 2, oids: [] }, position: { ahead: 2 } })
    expectSound(own, oids)
  })

  it('works on a branch with a slash that no remote has, and keeps its first commit', async () => {
    const own = ownClone()
    const { dir } = own
    git(dir, ['checkout', '-q', '--orphan', 'x/y'])
    const oids = [0, 1, 2].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    await squash(own)
    expect(subjects(dir)).toEqual(['At 0', 'Update b.md'])
    expect(git(dir, ['rev-parse', 'HEAD~1'])).toBe(oids[0])
    git(dir, ['checkout', '-q', 'main'])
    git(dir, ['branch', '-q', '-D', 'x/y'])
    git(dir, ['checkout', '-q', '-b', 'x'])
    for (const at of [3, 4]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    await squash(own)
    expect(git(dir, ['for-each-ref', '--format=%(refname)', 'refs/gitsync'])).toBe(
      'refs/gitsync/former/x\nrefs/gitsync/former/x%2Fy',
    )
  })

  it('words the message anew, by the template or by the program, which is not asked for ever', async () => {
    const own = ownClone()
    const { dir } = own
    for (const at of [0, 1]) commitAt(own, at, { [`n${String(at)}.md`]: 'n\n' })
    await squash(own)
    expect(git(dir, ['log', '-1', '--format=%B'])).toMatch(
      /^Add 2 files\n\nadd n0.md\nadd n1.md\n\nSynced-by: \S+\n$/,
    )
    for (let at = 100; at < 124; at += 1) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    const messageCommand = `echo "Worded $GITSYNC_FILES"`
    const report = await squash(own, { squash: 120_000, messageCommand })
    expect(report).toMatchObject({
      squashed: { fallback: expect.stringContaining('10 times') as string },
    })
    const words = subjects(dir, unpushed)
    expect(words.filter((word) => word === 'Worded 1')).toHaveLength(10)
    expect(words.slice(-2)).toEqual(['Update b.md', 'Update b.md'])
  })

  it('loses nothing to a person who commits meanwhile', async () => {
    const own = ownClone()
    const { dir } = own
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    const former = git(dir, ['rev-parse', 'HEAD'])
    const messageCommand = `cd '${dir}' && git commit -q --allow-empty -m Mine; echo Worded`
    const report = await squash(own, { messageCommand })
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'work-tree-moved' } })
    expect(subjects(dir, unpushed)).toEqual(['At 0', 'At 1', 'Mine'])
    expect(git(dir, ['rev-parse', 'HEAD~1'])).toBe(former)
    expectSound(own, [])
  })

  it('waits for a person who holds git’s lock, or is in the middle of a merge', async () => {
    const own = ownClone()
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    const lock = join(own.dir, '.git', 'index.lock')
    const report = await squash(own, {}, () => {
      writeFileSync(lock, '')
    })
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'locked' } })
    expect(existsSync(lock)).toBe(true)
    rmSync(lock)
    const merging = join(own.dir, '.git', 'MERGE_HEAD')
    const other = await squash(own, {}, () => {
      writeFileSync(merging, `${git(own.dir, ['rev-parse', 'HEAD'])}\n`)
    })
    expect(other).toMatchObject({ type: 'Failed', problem: { kind: 'operation-in-progress' } })
    expect(subjects(own.dir, unpushed)).toEqual(['At 0', 'At 1'])
  })

  it('touches neither index nor work tree', async () => {
    const own = ownClone()
    for (const at of [0, 1]) commitAt(own, at, { 'b.md': `${String(at)}\n` })
    writeFiles(own.dir, { 'b.md': 'not saved\n', 'new.md': 'staged\n' })
    git(own.dir, ['add', 'new.md'])
    const index = readFileSync(join(own.dir, '.git', 'index'))
    const status = git(own.dir, ['status', '--porcelain'])
    expect(positionIn(await squash(own))).toMatchObject({ ahead: 1 })
    expect(readFileSync(join(own.dir, '.git', 'index'))).toEqual(index)
    expect(git(own.dir, ['status', '--porcelain'])).toBe(status)
  })

  it('leaves every version in the history of its file, and to be restored from by its moment', async () => {
    const own = ownClone()
    const oids = [0, 10, 20, 80].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    await squash(own)
    const { versions } = await readHistory(join(own.dir, 'b.md'))
    expect(versions.map(({ oid }) => oid)).toEqual([
      ...git(own.dir, ['log', '--format=%H', unpushed]).split('\n'),
      oids[1],
      oids[0],
    ])
    const moment = (minutes: number): Date => new Date((1_700_000_000 + 60 * minutes) * 1_000)
    expect(await commitFrom(own.dir, moment(15))).toBe(oids[1])
    expect(await commitFrom(own.dir, moment(30))).toBe(git(own.dir, ['rev-parse', 'HEAD~1']))
    expect((await readHistory(join(own.dir, 'b.md'), { count: 3 })).versions).toHaveLength(3)
  })

  it('keeps what was squashed through git gc', async () => {
    const own = ownClone()
    const tips = [0, 1].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` }))
    await squash(own)
    tips.push(...[2, 3].map((at) => commitAt(own, at, { 'b.md': `${String(at)}\n` })))
    await squash(own)
    git(own.dir, ['reflog', 'expire', '--expire=all', '--all'])
    git(own.dir, ['gc', '-q', '--prune=now'])
    expectSound(own, tips)
  })
})
