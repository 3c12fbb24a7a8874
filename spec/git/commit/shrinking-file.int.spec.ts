import { committedRepository, git, temporaryFolder } from '../../support/temp-repositories.js'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import { stepsOn } from '../../support/steps.js'

const path = process.env.PATH ?? ''

afterEach(() => {
  process.env.PATH = path
})

/** A git that the system ends, at these commands, as it does where a file becomes shorter that git has mapped. */
const endGitAt = (command: string): void => {
  const folder = temporaryFolder()
  const real = `PATH='${path}' exec git "$@"`
  // No signal of this kind lets git take its lock away.
  const lock = '[ -z "$GIT_INDEX_FILE" ] || : > "$GIT_INDEX_FILE.lock"'
  const ends = `case " $* " in *' ${command} '*) ${lock}; kill -BUS $$;; esac`
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${ends}\n${real}\n`)
  chmodSync(join(folder, 'git'), 0o755)
  process.env.PATH = `${folder}:${path}`
}

const openedWith = async (count: number) => {
  const dir = committedRepository({ 'a.txt': 'a\n' })
  const steps = stepsOn(dir)
  const position = await steps.position()
  for (let n = 0; n < count; n += 1) writeFileSync(join(dir, `new${String(n)}`), `${String(n)}\n`)
  return { dir, steps, position }
}

describe('a file that becomes shorter while git reads it', () => {
  it('is a work tree that moved, in a look at everything, and is committed the next time', async () => {
    const { dir, steps, position } = await openedWith(1)
    endGitAt('status')
    const report = await steps.commit(everything, position)
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'work-tree-moved' } })
    expect(git(dir, ['rev-list', '--count', 'HEAD'])).toBe('1')
    process.env.PATH = path
    await steps.save()
    expect(git(dir, ['ls-tree', '--name-only', 'HEAD'])).toBe('a.txt\nnew0')
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })

  it('keeps the others of many from no commit', async () => {
    const { dir, steps, position } = await openedWith(600)
    endGitAt('update-index')
    const report = await steps.commit(everything, position)
    expect(report).toMatchObject({ type: 'Committed', commit: { added: 600 }, skipped: [] })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    steps.workTree.close()
  })
})

describe('a file with a filter that becomes shorter while git reads it', () => {
  it('is a work tree that moved, and not one whose filter is missing', async () => {
    const { dir, steps, position } = await openedWith(0)
    git(dir, ['config', 'filter.upper.clean', 'tr a-z A-Z'])
    writeFileSync(join(dir, '.gitattributes'), '*.up filter=upper\n')
    writeFileSync(join(dir, 'b.up'), 'b\n')
    endGitAt('update-index')
    const report = await steps.commit(everything, position)
    expect(report).toMatchObject({ type: 'Failed', problem: { kind: 'work-tree-moved' } })
    process.env.PATH = path
    await steps.save()
    expect(git(dir, ['show', 'HEAD:b.up'])).toBe('B')
    steps.workTree.close()
  })
})
