import {
  committedRepository,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import { stepsOn } from '../support/steps.js'

interface Person {
  readonly child: ChildProcess
  /** Saves the message and closes the editor. */
  close(): Promise<number | null>
}

const persons: ChildProcess[] = []

afterEach(() => {
  for (const child of persons.splice(0)) child.kill('SIGKILL')
})

/** Someone for whom git opens an editor, until it is closed. */
const openEditor = async (cwd: string, args: readonly string[]): Promise<Person> => {
  const folder = temporaryFolder()
  const [editor, opened, done] = ['editor', 'opened', 'done'].map((name) => join(folder, name))
  if (editor === undefined || opened === undefined || done === undefined) throw new Error()
  const wait = `for n in $(seq 600); do [ -e '${done}' ] && break; sleep 0.05; done`
  writeFileSync(editor, `#!/bin/sh\ntouch '${opened}'\n${wait}\necho 'By hand' > "$1"\n`)
  chmodSync(editor, 0o755)
  const env = { ...process.env, GIT_EDITOR: editor }
  const child = spawn('git', args, { cwd, env, stdio: 'ignore' })
  persons.push(child)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  await expect.poll(() => existsSync(opened), { timeout: 10_000 }).toBe(true)
  return {
    child,
    close: async () => {
      writeFileSync(done, '')
      return ended
    },
  }
}

const subjects = (dir: string): string => git(dir, ['log', '--format=%s'])

describe('a person who writes a commit message', () => {
  it.each([
    ['in the work tree', '.', ['commit']],
    ['in a folder of it', 'in', ['commit']],
    ['once more', '.', ['commit', '--amend']],
  ])('%s comes first', async (_, folder, args) => {
    const dir = committedRepository({ 'a.txt': 'one\n', 'in/b.txt': 'b\n' })
    writeFiles(dir, { 'staged.txt': 'staged\n' })
    git(dir, ['add', 'staged.txt'])
    const steps = stepsOn(dir)
    const position = await steps.position()
    const person = await openEditor(join(dir, folder), args)
    writeFiles(dir, { 'later.txt': 'later\n' })
    await sleep(100)
    const waits = {
      type: 'Failed',
      problem: { kind: 'locked', remedy: 'It is waited for: close the editor.' },
    }
    expect(await steps.commit(everything, position)).toMatchObject(waits)
    expect(await steps.inspect()).toMatchObject(waits)
    expect(await person.close()).toBe(0)
    const { commit } = await steps.save()
    expect(commit).toMatchObject({ paths: ['later.txt'] })
    expect(subjects(dir).split('\n').slice(0, 2)).toEqual(['Add later.txt', 'By hand'])
    steps.workTree.close()
  })

  it('in a linked work tree is waited for there alone', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    const linked = join(temporaryFolder(), 'linked')
    git(dir, ['worktree', 'add', '--quiet', '-b', 'other', linked])
    const person = await openEditor(linked, ['commit', '--allow-empty'])
    writeFiles(dir, { 'b.txt': 'b\n' })
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ paths: ['b.txt'] })
    expect(await stepsOn(linked).inspect()).toMatchObject({ problem: { kind: 'locked' } })
    expect(await person.close()).toBe(0)
    steps.workTree.close()
  })

  it('and gave it up is not waited for', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(dir, { 'b.txt': 'b\n' })
    git(dir, ['add', '-A'])
    expect(tryGit(dir, ['commit'], { env: { GIT_EDITOR: 'false' } }).code).not.toBe(0)
    expect(existsSync(join(dir, '.git', 'COMMIT_EDITMSG'))).toBe(true)
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ paths: ['b.txt'] })
    steps.workTree.close()
  })

  it('is waited for ten minutes at the most', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(dir, { 'b.txt': 'b\n' })
    git(dir, ['add', '-A'])
    const person = await openEditor(dir, ['commit'])
    const ago = Date.now() / 1000 - 601
    for (const name of ['COMMIT_EDITMSG', 'logs/HEAD', 'index'])
      utimesSync(join(dir, '.git', name), ago, name === 'logs/HEAD' ? ago - 60 : ago)
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ paths: ['b.txt'] })
    steps.workTree.close()
    await person.close()
  })

  it('is seen where no reflog is kept', async () => {
    const dir = committedRepository({ 'a.txt': 'one\n' })
    git(dir, ['config', 'core.logAllRefUpdates', 'false'])
    rmSync(join(dir, '.git', 'logs'), { recursive: true })
    mkdirSync(join(dir, 'in'))
    const person = await openEditor(dir, ['commit', '--allow-empty'])
    expect(await stepsOn(dir).inspect()).toMatchObject({ problem: { kind: 'locked' } })
    expect(await person.close()).toBe(0)
  })
})
