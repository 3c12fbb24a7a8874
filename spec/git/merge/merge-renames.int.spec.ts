import type { Files } from '../../support/merging.js'
import { mergedTips, seconds, tipsOf } from '../../support/merging.js'
import { git, temporaryRepository } from '../../support/temp-repositories.js'
import { describe, expect, it } from 'vitest'
import { conflictCopyPath } from '../../../src/git/merge/conflict-name.js'

const text = (salt: number): string =>
  Array.from({ length: 40 }, (_, n) => `line ${n} of text ${salt}\n`).join('')

const edited = (salt: number, who: string): string => `${text(salt)}${who}\n`
const shown = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, content.trimEnd()]))

const blobOf = (content: string): string =>
  git(temporaryRepository(), ['hash-object', '--stdin'], { input: content })

const base = { 'd/f.txt': text(1), 'd/g.txt': text(2) }
const stays = (who: string): Files => ({ ...base, 'd/f.txt': edited(1, who) })
const moves = (who: string): Files => ({ 'e/f.txt': edited(1, who), 'e/g.txt': text(2) })
const copy = conflictCopyPath('e/f.txt', seconds.ours, blobOf(edited(1, 'ours')))

describe('a file that one side moved, and that both edited in one place', () => {
  it.each([
    ['theirs', stays('ours'), moves('theirs')],
    ['ours', moves('ours'), stays('theirs')],
  ])('is under its new name where %s moved it', async (_, ours, theirs) => {
    const tips = tipsOf(base, ours, theirs)
    const both = await mergedTips(tips)
    expect(both.files).toEqual(
      shown({
        'e/f.txt': edited(1, 'theirs'),
        [copy]: edited(1, 'ours'),
        'e/g.txt': text(2),
      }),
    )
    expect(both.kept).toMatchObject([{ path: 'e/f.txt', copy }])
    for (const side of ['ours', 'theirs'] as const) {
      const { files, kept } = await mergedTips(tips, side)
      expect(files).toEqual(shown({ 'e/f.txt': edited(1, side), 'e/g.txt': text(2) }))
      expect(kept).toMatchObject([{ path: 'e/f.txt', copy: null }])
    }
  })

  it('is found among others that moved too', async () => {
    const seed = { a: text(3), b: text(4), c: text(5) }
    const ours = { a: edited(3, 'ours'), b: edited(4, 'ours'), c: text(5) }
    const theirs = { x: edited(4, 'theirs'), y: edited(3, 'theirs'), z: text(5) }
    const { files, kept } = await mergedTips(tipsOf(seed, ours, theirs))
    expect(files).toMatchObject(shown(theirs))
    expect(Object.keys(files)).toHaveLength(5)
    expect(kept.map(({ path }) => path).sort()).toEqual(['x', 'y'])
    for (const { path, copy: beside } of kept)
      expect(files[beside ?? '']).toBe(edited(path === 'x' ? 4 : 3, 'ours').trimEnd())
  })

  it('has both copies where its new name is a folder of ours', async () => {
    const ours = { f: edited(1, 'ours'), 'g/in': 'ours\n' }
    const { files } = await mergedTips(tipsOf({ f: text(1) }, ours, { g: edited(1, 'theirs') }))
    expect(files).toEqual(
      shown({
        'g/in': 'ours',
        [conflictCopyPath('g', seconds.ours, blobOf(edited(1, 'ours')))]: edited(1, 'ours'),
        [conflictCopyPath('g', seconds.theirs, blobOf(edited(1, 'theirs')))]: edited(1, 'theirs'),
      }),
    )
  })
})

describe('a file that stays what it was', () => {
  it.each([
    [
      'moved to two names',
      { one: edited(1, 'ours') },
      { two: edited(1, 'theirs') },
      { one: edited(1, 'ours'), two: edited(1, 'theirs') },
    ],
    ['moved there, deleted here', {}, { two: edited(1, 'theirs') }, { two: edited(1, 'theirs') }],
    [
      'deleted there for something else',
      { f: edited(1, 'ours') },
      { g: text(9) },
      { f: edited(1, 'ours'), g: text(9) },
    ],
  ] as const)('%s', async (_, ours, theirs, expected) => {
    const { files } = await mergedTips(tipsOf({ f: text(1) }, ours, theirs))
    expect(files).toEqual(shown(expected))
  })
})

describe('a new file at the name that the other side moved one to', () => {
  const seed = { notes: text(6) }
  const planner = { trip: text(6), plan: 'a new plan\n' }
  const mover = { plan: text(6) }
  it.each([
    ['theirs', mover, planner],
    ['ours', planner, mover],
  ] as const)('is kept, where it is %s', async (_, ours, theirs) => {
    const { files } = await mergedTips(tipsOf(seed, ours, theirs))
    const contents = Object.values(files)
    expect(contents).toContain('a new plan')
    expect(contents.filter((content) => content === text(6).trimEnd())).toHaveLength(2)
    expect(files.plan).toBe(theirs.plan.trimEnd())
  })
})
