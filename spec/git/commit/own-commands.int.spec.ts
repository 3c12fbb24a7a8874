import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import { stepsOn } from '../../support/steps.js'
import { committedRepository, git, tryGit, writeFiles } from '../../support/temp-repositories.js'

const subjects = (dir: string): readonly string[] => git(dir, ['log', '--format=%s']).split('\n')

/** A hook that says when it is run, and goes on once it may. */
const addHook = (dir: string, name: string) => {
  const [began, go] = [join(dir, '.git', 'began'), join(dir, '.git', 'go')]
  const wait = `for n in $(seq 600); do [ -e '${go}' ] && exit 0; sleep 0.05; done`
  writeFileSync(join(dir, '.git', 'hooks', name), `#!/bin/sh\ntouch '${began}'\n${wait}\n`, {
    mode: 0o755,
  })
  return {
    began: () => expect.poll(() => existsSync(began), { timeout: 10_000 }).toBe(true),
    go: () => {
      writeFileSync(go, '')
    },
  }
}

const start = (cwd: string, args: readonly string[]): Promise<number | null> => {
  const child = spawn('git', args, { cwd, stdio: 'ignore' })
  return new Promise((resolve) => child.on('close', resolve))
}

const waits = { type: 'Failed', problem: { kind: 'locked' } }

// Only Linux tells what runs, and where; elsewhere what was staged a moment ago is waited for, and no longer.
describe.runIf(process.platform === 'linux')(
  'a command of a person’s whose hook takes long',
  () => {
    it('commits what it staged, in its own words', async () => {
      const dir = committedRepository({ 'a.txt': 'one\n', 'b.txt': 'b\n' })
      const hook = addHook(dir, 'pre-commit')
      const steps = stepsOn(dir, { hooks: false })
      const position = await steps.position()
      writeFiles(dir, { 'a.txt': 'two\n' })
      git(dir, ['add', 'a.txt'])
      const committed = start(dir, ['commit', '-m', 'By hand'])
      await hook.began()
      writeFiles(dir, { 'b.txt': 'B\n' })
      await new Promise((resolve) => setTimeout(resolve, 3_500))
      expect(await steps.commit(everything, position)).toMatchObject(waits)
      hook.go()
      expect(await committed).toBe(0)
      expect((await steps.save()).commit).toMatchObject({ paths: ['b.txt'] })
      expect(subjects(dir).slice(0, 2)).toEqual(['Update b.txt', 'By hand'])
      steps.workTree.close()
    })

    it('merges', async () => {
      const dir = committedRepository({ 'a.txt': 'one\n' })
      git(dir, ['switch', '-qc', 'topic'])
      writeFiles(dir, { 't.txt': 't\n' })
      git(dir, ['add', '-A'])
      git(dir, ['commit', '-qm', 'Topic'])
      git(dir, ['switch', '-q', 'main'])
      const hook = addHook(dir, 'pre-merge-commit')
      const steps = stepsOn(dir, { hooks: false })
      const position = await steps.position()
      const merged = start(dir, ['merge', '--no-ff', '--no-edit', 'topic'])
      await hook.began()
      await new Promise((resolve) => setTimeout(resolve, 10_500))
      expect(await steps.commit(everything, position)).toMatchObject(waits)
      hook.go()
      expect(await merged).toBe(0)
      expect((await steps.save()).commit).toBeNull()
      expect(subjects(dir)[0]).toContain('Merge')
      steps.workTree.close()
    })
  },
)

describe('a cherry-pick of several commits', () => {
  it('is in progress between two of them', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    git(dir, ['switch', '-qc', 'topic'])
    for (const [name, text] of [
      ['a.txt', 'topic'],
      ['x.txt', 'x'],
      ['y.txt', 'y'],
    ] as const) {
      writeFiles(dir, { [name]: `${text}\n` })
      git(dir, ['add', '-A'])
      git(dir, ['commit', '-qm', name])
    }
    git(dir, ['switch', '-q', 'main'])
    writeFiles(dir, { 'a.txt': 'main\n' })
    git(dir, ['commit', '-qam', 'Main'])
    const steps = stepsOn(dir)
    expect(tryGit(dir, ['cherry-pick', 'topic~3..topic']).code).not.toBe(0)
    writeFiles(dir, { 'a.txt': 'resolved\n' })
    git(dir, ['add', 'a.txt'])
    git(dir, ['commit', '-qm', 'Resolved'])
    writeFiles(dir, { 'note.txt': 'note\n' })
    expect(await steps.problem()).toMatchObject({
      kind: 'operation-in-progress',
      remedy: expect.stringContaining('git cherry-pick --continue') as string,
    })
    git(dir, ['cherry-pick', '--continue'])
    expect((await steps.save()).commit).toMatchObject({ paths: ['note.txt'] })
    expect(subjects(dir).slice(0, 4)).toEqual(['Add note.txt', 'y.txt', 'x.txt', 'Resolved'])
    steps.workTree.close()
  })

  it('of which nothing is left any more is none', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(dir, { 'a.txt': 'two\n' })
    git(dir, ['commit', '-qam', 'Two'])
    writeFiles(dir, { 'a.txt': 'three\n' })
    git(dir, ['commit', '-qam', 'Three'])
    git(dir, ['revert', '--no-edit', 'HEAD', 'HEAD~1'])
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toBeNull()
    steps.workTree.close()
  })
})
