import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { findGit, runGit } from '../../../src/git/program/git-program.js'
import { problemOf } from '../../../src/git/problem/problem.js'

const cwd = tmpdir()
const shell = (script: string): readonly string[] => ['-c', `alias.go=!${script}`, 'go']
const problemFrom = (run: Promise<unknown>) => run.then(() => null, problemOf)
const alive = (mark: string): boolean =>
  execFileSync('ps', ['-A', '-o', 'args']).toString().includes(mark)

describe('runGit', () => {
  it('gives code, output and words, and hands over the input', async () => {
    const input = Buffer.from([0, 255, 10])
    const ran = await runGit(shell('cat; echo words >&2; exit 3'), { cwd, stdin: input })
    expect(ran).toEqual({ code: 3, stdout: input, stderr: 'words\n' })
  })

  it('hears out one whose helper is gone', async () => {
    const ran = await runGit(shell('echo words >&2; kill -PIPE $PPID'), { cwd })
    expect(ran).toMatchObject({ code: 141, stderr: 'words\n' })
  })

  it('speaks English, asks nobody and looks at no other repository', async () => {
    const { stdout } = await runGit(
      shell(
        'echo "$LC_ALL|$LANGUAGE|$GIT_TERMINAL_PROMPT|$GCM_INTERACTIVE|$GIT_INDEX_FILE|$OWN"; test -t 0 || echo piped',
      ),
      { cwd, env: { OWN: 'mine' } },
    )
    expect(stdout.toString()).toBe('C||0|never||mine\npiped\n')
  })

  it('ends git and its children when nothing is written any more', async () => {
    const mark = `86399.${String(process.pid)}1`
    const silent = runGit(shell(`sleep ${mark}`), { cwd, idleTimeout: 500 })
    expect(await problemFrom(silent)).toMatchObject({ kind: 'timeout' })
    await expect.poll(() => alive(mark), { timeout: 20_000 }).toBe(false)
  })

  it('makes those end that do not want to', async () => {
    const mark = `86399.${String(process.pid)}2`
    const silent = runGit(shell(`trap "" TERM; sleep ${mark}; sleep ${mark}`), {
      cwd,
      idleTimeout: 500,
    })
    expect(await problemFrom(silent)).toMatchObject({ kind: 'timeout' })
    await expect.poll(() => alive(mark), { timeout: 20_000 }).toBe(false)
  })

  it('lets one go on that writes now and then', async () => {
    const told: string[] = []
    const { code } = await runGit(shell('for i in 1 2 3 4 5 6; do echo $i >&2; sleep 0.5; done'), {
      cwd,
      idleTimeout: 2500,
      onProgress: (text) => told.push(text),
    })
    expect(code).toBe(0)
    expect(told.join('')).toBe('1\n2\n3\n4\n5\n6\n')
  })

  it('does not wait for who keeps its pipes open in the background', async () => {
    const mark = `30.${String(process.pid)}3`
    const ran = await runGit(shell(`sleep ${mark} & exit 0`), { cwd })
    expect(ran.code).toBe(0)
    expect(alive(mark)).toBe(true)
  })

  it('ends at a signal, also at one that was given before', async () => {
    const mark = `86399.${String(process.pid)}4`
    const stop = new AbortController()
    const run = problemFrom(runGit(shell(`sleep ${mark}`), { cwd, signal: stop.signal }))
    await expect.poll(() => alive(mark), { timeout: 20_000 }).toBe(true)
    stop.abort()
    expect(await run).toMatchObject({ kind: 'network' })
    await expect.poll(() => alive(mark), { timeout: 20_000 }).toBe(false)
    expect(await problemFrom(runGit(['version'], { cwd, signal: stop.signal }))).toMatchObject({
      kind: 'network',
    })
  })

  it('tells a missing program from a missing folder', async () => {
    expect(await problemFrom(runGit(['version'], { cwd: '/nowhere/at/all' }))).toMatchObject({
      kind: 'not-a-repository',
    })
    expect(
      await problemFrom(runGit(['version'], { cwd, env: { PATH: '/nowhere' } })),
    ).toMatchObject({
      kind: 'unexpected',
      message: expect.stringContaining('not installed') as string,
    })
  })
})

describe('findGit', () => {
  it('tells the version', async () => {
    expect(await findGit()).toMatch(/^\d+\.\d+/)
  })
})
