import {
  committedRepository,
  git,
  oracleTree,
  treeOf,
  writeFiles,
} from '../../support/temp-repositories.js'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { addInBulk } from '../../../src/git/index/update-index.js'
import { openRepository } from '../../../src/git/repository.js'

const packsOf = (dir: string): readonly string[] =>
  readdirSync(join(dir, '.git/objects/pack')).filter((name) => name.endsWith('.pack'))

describe('many paths that are taken at once', () => {
  it('come to the index all of them, in as many packs as asked for', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const names = ['a', 'b/c', 'b/d', 'e', 'f']
    writeFiles(dir, Object.fromEntries(names.map((name) => [name, `${name}, new\n`])))
    const repository = await openRepository(dir)
    const taken = await (
      await openIndexCopy(repository)
    ).locked(async (held) => {
      const all = await addInBulk(repository, held, names, 2)
      await held.index.read(1)
      await held.publish(names)
      return all
    })
    expect(taken).toBe(true)
    expect(packsOf(dir)).toHaveLength(3)
    const tree = oracleTree(dir)
    git(dir, ['commit', '-qm', 'All'])
    expect(treeOf(dir)).toEqual(tree)
  })
})
