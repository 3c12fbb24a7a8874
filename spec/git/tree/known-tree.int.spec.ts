import {
  commitAll,
  git,
  temporaryFolder,
  temporaryRepository,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../../../src/git/index/index-entry.js'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { openRepository } from '../../../src/git/repository.js'
import type * as editing from '../../../src/git/tree/edit-stored.js'
import { writeTree } from '../../../src/git/tree/write-tree.js'

const counted = vi.hoisted(() => ({ edited: 0 }))

vi.mock('../../../src/git/tree/edit-stored.js', async (original) => {
  const real = await original<typeof editing>()
  const editStored: typeof real.editStored = async (...args) => {
    const made = await real.editStored(...args)
    if (made !== null) counted.edited += 1
    return made
  }
  return { editStored }
})

/** Few names, so that files come where folders were and the other way round; git sorts them in no obvious order. */
const paths = ['a', 'a.b', 'a/b', 'a/b/c', 'a0', 'b/a', 'b/b', 'b-/a', 'é/ü', 'z/z/z/z'] as const

const path = fc.constantFrom(...paths)

const change = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, content: fc.constantFrom('1', '2', '3') }),
  fc.record({ kind: fc.constant('execute' as const), path }),
  fc.record({ kind: fc.constant('link' as const), path }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('module' as const), path }),
  // Somebody else’s git.
  fc.record({ kind: fc.constant('foreign' as const), path }),
)

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

const turns = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), {
  minLength: 2,
  maxLength: 8,
})

/** As it stands in the work tree, and how the index is told. */
const put = (dir: string, { kind, path: name, ...one }: Change): void => {
  const file = join(dir, name)
  const parts = name.split('/').slice(0, -1)
  const folders = parts.map((_, n) => join(dir, ...parts.slice(0, n + 1)))
  const standing = folders.find(
    (folder) => lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false,
  )
  if (standing !== undefined) rmSync(standing)
  rmSync(file, { recursive: true, force: true })
  if (kind === 'remove' || kind === 'module') return
  mkdirSync(dirname(file), { recursive: true })
  if (kind === 'link') symlinkSync('there', file)
  else writeFileSync(file, 'content' in one ? one.content : kind)
  if (kind === 'execute') chmodSync(file, 0o755)
}

/** Of a copy: it would note the trees in the index, and so be somebody else that has written it. */
const treeByGit = (dir: string): string => {
  const copy = join(dir, '.git', 'oracle')
  copyFileSync(join(dir, '.git', 'index'), copy)
  return git(dir, ['write-tree', '--missing-ok'], { env: { GIT_INDEX_FILE: copy } })
}

/** So many entries that a tree is edited, which are the same file all of them. */
const largeRepository = (): string => {
  const dir = temporaryRepository()
  writeFiles(dir, { 'a/b': 'base\n', 'b/a': 'base\n', same: 'same\n' })
  commitAll(dir, 'base')
  const same = git(dir, ['rev-parse', 'HEAD:same'])
  const entries = Array.from(
    { length: 20_000 },
    (_, n) => `100644 ${same}\tlarge/${String(n % 200)}/${String(n)}\n`,
  )
  git(dir, ['update-index', '--index-info'], { input: entries.join('') })
  return dir
}

const oidOfModule = '1'.repeat(40)

describe('the tree of an index', () => {
  it('is what git writes of it, whatever was changed by whom', async () => {
    const before = counted.edited
    const template = largeRepository()
    await fc.assert(
      fc.asyncProperty(turns, async (played) => {
        const dir = join(temporaryFolder(), 'copy')
        cpSync(template, dir, { recursive: true })
        const repository = await openRepository(dir)
        const copy = await openIndexCopy(repository)
        for (const turn of played) {
          for (const one of turn.filter(({ kind }) => kind === 'foreign')) {
            put(dir, one)
            tryGit(dir, ['add', '-A', '--', one.path])
          }
          const made = await copy.locked(async (held) => {
            const { index } = held
            for (const one of turn.filter(({ kind }) => kind !== 'foreign')) {
              put(dir, one)
              if (one.kind === 'module')
                await index.add(entryOf(one.path, { oid: oidOfModule, mode: 0o160000 }))
              else if (one.kind === 'remove') await index.removeByPath(one.path).catch(() => null)
              else await index.addByPath(one.path)
            }
            const { tree } = await writeTree(repository.git, index, null)
            await held.publish([])
            return tree.tostrS()
          })
          expect(made).toBe(treeByGit(dir))
        }
        rmSync(dir, { recursive: true })
      }),
      { numRuns: 40, seed: 20_261_201, endOnFailure: true },
    )
    // Many of them are out of the tree of before.
    expect(counted.edited - before).toBeGreaterThan(40)
  })
})
