import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blobNameOf } from '../../../src/git/files/blob-name.js'

describe('the name of the blob that a file is', () => {
  it('is the one that git gives it, and none of another length', async () => {
    const files = { empty: '', text: 'text\n', large: Buffer.alloc(300_000, 'ab\0c') }
    const dir = committedRepository(files)
    for (const [path, content] of Object.entries(files)) {
      const name = git(dir, ['rev-parse', `HEAD:${path}`])
      const size = BigInt(content.length)
      expect(await blobNameOf(join(dir, path), size)).toBe(name)
      expect(await blobNameOf(Buffer.from(join(dir, path)), size)).toBe(name)
      expect(await blobNameOf(join(dir, path), size + 1n)).not.toBe(name)
    }
    writeFiles(dir, { text: 'test\n' })
    expect(await blobNameOf(join(dir, 'text'), 5n)).not.toBe(git(dir, ['rev-parse', 'HEAD:text']))
  })

  it('is null where there is nothing to read', async () => {
    const dir = committedRepository({ a: 'a\n' })
    expect(await blobNameOf(join(dir, 'none'), 0n)).toBeNull()
    expect(await blobNameOf(dir, 0n)).toBeNull()
  })
})
