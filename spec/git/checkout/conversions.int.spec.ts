import { openWorld, pass } from '../../support/three-machines.js'
import { git, temporaryFolder, writeFiles } from '../../support/temp-repositories.js'
import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What a move brings: text with one line end and with both, what is no text, and a file further down. */
const brought: Readonly<Record<string, string>> = {
  'a.txt': 'one\ntwo\n$Id$\n',
  'both.txt': 'one\r\ntwo\n',
  'd/b.txt': 'three\nfour\n',
  'd/plain': 'five\nsix\n',
  picture: 'seven\n\0eight\n',
}

const bytesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(brought).map((path) => [path, readFileSync(join(folder, path), 'latin1')]),
  )

interface Case {
  /** Files that everybody has before. */
  readonly tracked?: Readonly<Record<string, string>>
  /** Settings of the one repository that the move is made in. */
  readonly config?: readonly (readonly [key: string, value: string])[]
  /** Its info/attributes. */
  readonly info?: string
}

const cases: readonly (readonly [string, Case])[] = [
  ['nothing that converts', {}],
  ['core.autocrlf', { config: [['core.autocrlf', 'true']] }],
  ['core.autocrlf by another word', { config: [['core.autocrlf', 'yes']] }],
  ['core.autocrlf for commits alone', { config: [['core.autocrlf', 'input']] }],
  [
    'core.eol for what is text',
    { tracked: { '.gitattributes': '*.txt text\n' }, config: [['core.eol', 'crlf']] },
  ],
  [
    'core.autocrlf, and files that are out of it',
    { tracked: { '.gitattributes': 'a.txt -text\n' }, config: [['core.autocrlf', 'true']] },
  ],
  ['text that is found out', { tracked: { '.gitattributes': '* text=auto eol=crlf\n' } }],
  ['a line end', { tracked: { '.gitattributes': '*.txt eol=crlf\n' } }],
  ['the old word for text', { tracked: { '.gitattributes': '*.txt crlf\n*.txt eol=crlf\n' } }],
  ['a macro', { tracked: { '.gitattributes': '[attr]dos text eol=crlf\n*.txt dos\n' } }],
  ['ident', { tracked: { '.gitattributes': '*.txt ident\n' } }],
  ['attributes further down', { tracked: { 'd/.gitattributes': '* text eol=crlf\n' } }],
  ['attributes of this repository alone', { info: '*.txt text eol=crlf\n' }],
  [
    'attributes that convert nothing',
    { tracked: { '.gitattributes': '*.txt diff=prose -merge\n' } },
  ],
]

describe('what a move writes', () => {
  it.each(cases)('is what git checks out, with %s', async (_, { tracked, config, info }) => {
    const world = openWorld((folder) => writeFiles(folder, { base: 'base\n', ...tracked }))
    const [a, b] = [world.machine('a'), world.machine('b')]
    const oracle = join(temporaryFolder(), 'oracle')
    git('/', ['clone', '-q', a.path, oracle])
    for (const folder of [b.path, oracle]) {
      for (const [key, value] of config ?? []) git(folder, ['config', key, value])
      if (info !== undefined) writeFiles(folder, { '.git/info/attributes': info })
    }
    for (const [path, content] of Object.entries(brought)) a.write(path, content)
    expect((await pass(a)).problem).toBeNull()
    const { problem, committed } = await pass(b)
    expect({ problem, committed }).toEqual({ problem: null, committed: null })
    git(oracle, ['pull', '-q', '--ff-only'])
    expect(bytesIn(b.path)).toEqual(bytesIn(oracle))
    // Whether git looks into a file anew would be a matter of the moment.
    for (const folder of [b.path, oracle])
      for (const path of Object.keys(brought)) utimesSync(join(folder, path), 0, 0)
    expect(b.git('status', '--porcelain')).toBe(git(oracle, ['status', '--porcelain']))
    world.close()
  })

  it('is what git checks out, with attributes of a person everywhere', async () => {
    const world = openWorld((folder) => writeFiles(folder, { base: 'base\n' }))
    const [a, b] = [world.machine('a'), world.machine('b')]
    const attributes = join(temporaryFolder(), 'attributes')
    writeFiles(join(attributes, '..'), { attributes: '*.txt text eol=crlf\n' })
    b.git('config', 'core.attributesFile', attributes)
    for (const [path, content] of Object.entries(brought)) a.write(path, content)
    expect((await pass(a)).problem).toBeNull()
    expect((await pass(b)).problem).toBeNull()
    expect(readFileSync(b.at('a.txt'), 'latin1')).toBe('one\r\ntwo\r\n$Id$\r\n')
    expect(readFileSync(b.at('d/plain'), 'latin1')).toBe('five\nsix\n')
    world.close()
  })
})
