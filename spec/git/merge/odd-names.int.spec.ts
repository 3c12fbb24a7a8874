import type { Files } from '../../support/merging.js'
import { mergedTips, tipsOf } from '../../support/merging.js'
import { describe, expect, it } from 'vitest'

/** Long enough to be merged by lines and known again after a move, and each shape's own. */
const text = (shape: string, first = 'first', last = 'last'): string =>
  [first, ...Array.from({ length: 40 }, (_, n) => `line ${n} of ${shape}`), last].join('\n')

type Sides = readonly [base: Files, ours: Files, theirs: Files]

/** What two sides do to a path, told by its name; each shape has a folder of its own. */
const shapes: Readonly<Record<string, (n: string) => Sides>> = {
  'edited twice': (n) => [{ [n]: 'base' }, { [n]: 'ours' }, { [n]: 'theirs' }],
  'edits that merge': (n) => [
    { [n]: text('merges') },
    { [n]: text('merges', 'ours') },
    { [n]: text('merges', 'first', 'theirs') },
  ],
  'added twice': (n) => [{}, { [n]: 'ours' }, { [n]: 'theirs' }],
  'the same twice': (n) => [{ [n]: 'base' }, { [n]: 'same' }, { [n]: 'same' }],
  'edited and deleted': (n) => [{ [n]: 'base' }, { [n]: 'ours' }, {}],
  'deleted and edited': (n) => [{ [n]: 'base' }, {}, { [n]: 'theirs' }],
  'deleted twice': (n) => [{ [n]: 'base' }, {}, {}],
  'a mode and an edit': (n) => [{ [n]: 'base' }, { [n]: '100755 base' }, { [n]: 'theirs' }],
  'a link and an edit': (n) => [{ [n]: 'base' }, { [n]: '120000 link' }, { [n]: 'theirs' }],
  'edited in a folder': (n) => [{ [`${n}/in`]: '1' }, { [`${n}/in`]: '2' }, { [`${n}/in`]: '3' }],
  'a file and a folder': (n) => [{}, { [n]: 'file' }, { [`${n}/in`]: '1', [`${n}/${n}`]: '2' }],
  'a folder and a file': (n) => [{}, { [`${n}/in`]: '1', [`${n}/${n}`]: '2' }, { [n]: 'file' }],
  'a file below a folder and a folder': (n) => [
    {},
    { [`${n}/${n}`]: '1' },
    { [`${n}/${n}/in`]: '2' },
  ],
  'a folder made a file and a new file in it': (n) => [
    { [`${n}/in`]: 'base' },
    { [n]: 'file' },
    { [`${n}/in`]: 'base', [`${n}/new`]: 'new' },
  ],
  'a folder made a file and an edit in it': (n) => [
    { [`${n}/in`]: 'base', [`${n}/rest`]: 'rest' },
    { [`${n}/in`]: 'edit', [`${n}/rest`]: 'rest' },
    { [n]: 'file' },
  ],
  'a file made a folder and its edit': (n) => [
    { [n]: 'base' },
    { [`${n}/in`]: 'folder' },
    { [n]: 'edit' },
  ],
  'a file moved to where a folder is': (n) => [
    { [`from ${n}`]: text('moved') },
    { [n]: text('moved') },
    { [`from ${n}`]: text('moved'), [`${n}/in`]: 'folder' },
  ],
  'moved and edited': (n) => [
    { [n]: text('edited') },
    { [`to ${n}`]: text('edited') },
    { [n]: text('edited', 'theirs') },
  ],
}

const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, one]) => [`${folder}/${path}`, one]))

/** All shapes in one tree, each for all of these names. */
const sidesOf = (names: readonly string[]): Sides => {
  const sides: [Record<string, string>, Record<string, string>, Record<string, string>] = [
    {},
    {},
    {},
  ]
  for (const [shape, make] of Object.entries(shapes))
    for (const name of names)
      make(name).forEach((files, n) => Object.assign(sides[n] ?? {}, under(shape, files)))
  return sides
}

const turned = ([base, ours, theirs]: Sides): Sides => [base, theirs, ours]

/** Of the same length, so that git sorts and libgit2 compares as with the name that stands for it. */
const plain = 'Na.txt'

const odd = {
  'U+FFFD itself': 'N\u{FFFD}.txt',
  'a byte that is no UTF-8': 'N\u{DCFF}.txt',
} as const

const named = (files: Files, name: string): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, one]) => [
      path.replaceAll(/Na(?=\.)/g, name.slice(0, 2)),
      one,
    ]),
  )

const once = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>()
  return (key) => {
    const found = made.get(key) ?? make(key)
    made.set(key, found)
    return found
  }
}

describe.each([
  ['as told', (sides: Sides) => sides],
  ['the other way round', turned],
] as const)('%s', (_, way) => {
  const tips = once((name) => tipsOf(...way(sidesOf([name]))))
  describe.each(['keep-both', 'ours', 'theirs'] as const)('under %s', (policy) => {
    const oracle = once(() => mergedTips(tips(plain), policy))
    it.each(Object.entries(odd))('%s in a name changes nothing', async (_, name) => {
      const expected = await oracle(plain)
      const { files, kept } = await mergedTips(tips(name), policy)
      expect(files).toEqual(named(expected.files, name))
      expect(kept).toHaveLength(expected.kept.length)
    })
  })
})
