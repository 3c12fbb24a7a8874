import {
  committedRepository,
  git,
  oracleTree,
  treeOf,
  writeFiles,
} from '../support/temp-repositories.js'
import { describe, expect, it } from 'vitest'
import { stepsOn } from '../support/steps.js'

describe('a commit', () => {
  it('records a new file', async () => {
    const dir = committedRepository({ 'a.txt': 'a\n' })
    writeFiles(dir, { 'b.txt': 'b\n' })
    const steps = stepsOn(dir)
    const { commit } = await steps.save()
    expect(treeOf(dir)).toEqual(oracleTree(dir))
    expect(commit).toMatchObject({ added: 1, branch: 'main', message: 'Add b.txt\n' })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })
})
