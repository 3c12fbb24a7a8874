import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stepsOn } from '../../support/steps.js'

const numbered = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`file ${n}.txt`, `${n}\n`]))

describe('what somebody staged beside a path that is named', () => {
  it.each([3, 600])('is no deletion where the file stands, as one of %i', async (count) => {
    const files = numbered(count)
    const [first = '', second = ''] = Object.keys(files)
    for (const empty of [
      (dir: string) => git(dir, ['rm', '-r', '-q', '--cached', '.']),
      (dir: string) => git(dir, ['rm', '-q', '--cached', second]),
      (dir: string) => rmSync(join(dir, '.git/index')),
    ]) {
      const dir = committedRepository(files)
      const steps = stepsOn(dir)
      empty(dir)
      writeFiles(dir, { [first]: 'edited\n' })
      expect((await steps.save([first])).commit).toMatchObject({ modified: 1, deleted: 0 })
      expect(git(dir, ['status', '--porcelain'])).toBe('')
      expect(git(dir, ['ls-tree', '-r', '--name-only', 'HEAD']).split('\n')).toHaveLength(count)
      steps.workTree.close()
    }
  })

  it('is a deletion where the file is gone, or ignored from now on', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n', c: 'c\n', d: 'd\n' })
    const steps = stepsOn(dir)
    git(dir, ['rm', '-q', 'b'])
    writeFiles(dir, { '.git/info/exclude': 'c\n', a: 'edited\n' })
    git(dir, ['rm', '-q', '--cached', 'c'])
    expect((await steps.save(['a'])).commit).toMatchObject({ modified: 1, deleted: 2 })
    expect(git(dir, ['ls-files'])).toBe('a\nd')
    steps.workTree.close()
  })

  it('is committed as it stands in the work tree', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n' })
    const steps = stepsOn(dir)
    writeFiles(dir, { b: 'staged\n', c: 'staged\n', a: 'edited\n' })
    git(dir, ['add', 'b', 'c'])
    writeFiles(dir, { b: 'and edited\n', c: 'and edited\n' })
    await steps.save(['a'])
    expect(git(dir, ['show', 'HEAD:b', 'HEAD:c'])).toBe('and edited\nand edited')
    steps.workTree.close()
  })
})
