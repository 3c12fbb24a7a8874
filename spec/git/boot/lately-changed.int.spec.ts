import { join } from 'node:path'
import { temporaryFolder } from '../../support/temp-repositories.js'
import { describe, expect, it } from 'vitest'
import { latelyChanged } from '../../../src/git/boot/lately-changed.js'
import { entryOf } from '../../../src/git/index/index-entry.js'
import { libgit2 } from '../../../src/git/libgit2.js'

const version = { oid: '5bbb39a69018955b0d933fa5d477f7d0b0d9f752', mode: 0o100644 }
const now = 1_000_000
const nanoseconds = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n

/** Names with the seconds in which they were changed. */
const lateIn = async (files: Readonly<Record<string, number>>): Promise<readonly string[]> => {
  const index = await libgit2.Index.open(join(temporaryFolder(), 'index'))
  for (const [path, seconds] of Object.entries(files))
    await index.add({ ...entryOf(path, version), ctime: { seconds, nanoseconds: 0 } })
  return latelyChanged(index, nanoseconds(now))
}

describe('what was changed lately', () => {
  it('is what changed within two minutes before the last, in whatever order it lies', async () => {
    const files = { a: 5_000, b: 4_879, c: 4_881, d: 100, e: 5_119, f: 5_001 }
    expect(await lateIn(files)).toEqual(['a', 'e', 'f'])
    expect(await lateIn({ a: 5_000, b: 4_879, c: 4_881 })).toEqual(['a', 'c'])
  })

  it('is not told by what a wrong clock changed, nor by what nobody has seen', async () => {
    expect(await lateIn({ a: 5_000, b: now + 1, c: 0 })).toEqual(['a'])
    expect(await lateIn({ c: 0 })).toEqual([])
    expect(await lateIn({})).toEqual([])
  })
})
