import type { Files, Tips } from '../../support/merging.js'
import { mergedTips, tipsOf } from '../../support/merging.js'
import { git, temporaryFolder } from '../../support/temp-repositories.js'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { libgit2 } from '../../../src/git/libgit2.js'
import { rebaseInMemory } from '../../../src/git/merge/rebase.js'
import { openRepository } from '../../../src/git/repository.js'

const text = (salt: number): string =>
  Array.from({ length: 40 }, (_, n) => `line ${n} of text ${salt}\n`).join('')

const many = (nameOf: (n: number) => string, contentOf: (n: number) => string): Files =>
  Object.fromEntries(Array.from({ length: 30 }, (_, n) => [nameOf(n), contentOf(n)]))

const cases: Readonly<Record<string, readonly [Files, Files, Files]>> = {
  'one edit against another': [{ f: 'base\n' }, { f: 'ours\n' }, { f: 'theirs\n' }],
  'edits that merge': [
    { f: text(1) },
    { f: text(1).replace('line 1 ', 'LINE 1 ') },
    { f: text(1).replace('line 38 ', 'LINE 38 ') },
  ],
  'attributes of the repository': [
    { 'f.u': 'base\n', '.gitattributes': '*.u merge=union\n' },
    { 'f.u': 'ours\n', '.gitattributes': '*.u merge=union\n' },
    { 'f.u': 'theirs\n', '.gitattributes': '*.u merge=union\n' },
  ],
  'many files that moved': [
    many((n) => `d/${n}`, text),
    many(
      (n) => `d/${n}`,
      (n) => text(n).replace('line 3 ', 'LINE 3 '),
    ),
    many(
      (n) => `e/${n}`,
      (n) => `${text(n)}theirs\n`,
    ),
  ],
}

const write = (dir: string, path: string, content: string): void => {
  const file = join(dir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

const settings: Readonly<Record<string, (dir: string) => void>> = {
  ...Object.fromEntries(
    [
      ['merge.renames', 'false'],
      ['diff.renames', 'false'],
      ['merge.renameLimit', '2'],
      ['diff.renameLimit', '2'],
      ['merge.default', 'union'],
      ['merge.conflictStyle', 'diff3'],
      ['diff.algorithm', 'patience'],
      ['core.autocrlf', 'true'],
    ].map(([key = '', value = '']) => [
      `${key}=${value}`,
      (dir: string): void => {
        git(dir, ['config', key, value])
      },
    ]),
  ),
  'core.ignorecase=true, as on a disk that tells no case apart': (dir) => {
    git(dir, ['config', 'core.ignorecase', 'true'])
    symlinkSync('.git', join(dir, '.GIT'))
  },
  'info/attributes: union': (dir) => write(dir, '.git/info/attributes', '* merge=union\n'),
  'info/attributes: no merge': (dir) => write(dir, '.git/info/attributes', '* -merge\n'),
  'attributes in the work tree': (dir) => write(dir, '.gitattributes', '* merge=union\n'),
}

describe.each(Object.entries(cases))('%s', (_, sides) => {
  it('make one tree, whatever the machine is set to', async () => {
    const expected = await mergedTips(tipsOf(...sides))
    const found: Record<string, Files> = {}
    for (const [name, set] of Object.entries(settings)) {
      const tips = tipsOf(...sides)
      set(tips.dir)
      const { files } = await mergedTips(tips)
      found[name] = files
    }
    expect(found).toEqual(
      Object.fromEntries(Object.keys(settings).map((name) => [name, expected.files])),
    )
  })
})

describe('a merge', () => {
  it('heeds the attributes of the repository', async () => {
    const [base, ours, theirs] = cases['attributes of the repository'] ?? [{}, {}, {}]
    const { files } = await mergedTips(tipsOf(base, ours, theirs))
    expect(files['f.u']).toBe('ours\ntheirs')
  })

  it('is made in a history that was cut off, too', async () => {
    const { dir, root, ours, theirs }: Tips = tipsOf({ f: 'base\n' }, { f: 'ours\n' }, { g: 'g\n' })
    const deep = temporaryFolder()
    git(deep, ['init', '-q'])
    for (const tip of [ours, theirs]) git(dir, ['branch', '-f', `at-${tip}`, tip])
    git(deep, ['fetch', '-q', '--depth=1', `file://${dir}`, `at-${ours}`])
    git(deep, ['fetch', '-q', '--depth=1', `file://${dir}`, `at-${theirs}`])
    const { files } = await mergedTips({ dir: deep, root, ours, theirs })
    expect(Object.values(files).sort()).toEqual(['g', 'ours'])
  })

  it('of a rebase is one too', async () => {
    for (const set of Object.values(settings)) {
      const { dir, ours, theirs } = tipsOf({ f: 'base\n' }, { f: 'ours\n' }, { f: 'theirs\n' })
      set(dir)
      const repository = await openRepository(dir)
      const committer = await libgit2.Signature.now('Ada Writer', 'ada@example.org')
      expect(
        await rebaseInMemory(repository, 'main', ours, theirs, 'keep-both', committer),
      ).toBeNull()
    }
  })
})
