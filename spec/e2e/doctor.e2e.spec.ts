import {
  bareRemote,
  cloneOf,
  commitAll,
  committedRepository,
  git,
  temporaryFolder,
} from '../support/temp-repositories.js'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from '../../src/index.js'
import { endAll, gitsync, program, start, until } from '../support/program.js'

afterEach(endAll)

const linesOf = (stdout: string): readonly Check[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Check)

const cloneInOrder = (): string => {
  const path = cloneOf(bareRemote())
  writeFileSync(join(path, 'a'), 'a')
  commitAll(path, 'First')
  git(path, ['push', '--quiet', '-u', 'origin', 'main'])
  return path
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Accepts everybody and never says a word. */
const silent = createServer(() => undefined)
beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  silent.close()
})

describe('gitsync doctor', () => {
  it('ends with the terminal that is closed, whatever it waits for', async () => {
    const path = committedRepository({ a: 'a' })
    git(path, ['remote', 'add', 'origin', `http://127.0.0.1:${String(portOf(silent))}/x.git`])
    const running = start(['doctor', path, '--network-timeout', '10m'])
    silent.once('connection', () => running.child.kill('SIGHUP'))
    expect((await running.finished).code).toBe(129)
  })

  it('says that all is well, aligned and without colour where nobody looks, and ends with 0', async () => {
    const path = cloneInOrder()
    const { code, stdout, stderr } = await gitsync(['doctor', path])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toContain('\u001B')
    const lines = stdout.trimEnd().split('\n')
    // The clock is compared with those of the remotes, and so comes after them.
    expect(lines.filter((line) => !line.startsWith('  '))).toEqual([
      'This machine',
      path,
      'This machine',
    ])
    for (const line of lines.filter((one) => one.startsWith('  ')))
      expect(line).toMatch(/^ {2}(?:ok {2}|warn|fail) {2}[a-z\d-]{1,15} +\S|^ {25}→ /)
  })

  it('prints one check a line with --json, each with the same fields', async () => {
    const { code, stdout } = await gitsync(['doctor', '--json', cloneInOrder()])
    expect(code).toBe(0)
    for (const line of linesOf(stdout))
      expect(Object.keys(line)).toEqual(['repo', 'check', 'level', 'message', 'remedy'])
  })

  it('ends with 1 where something fails, and shows no more than that with -q', async () => {
    const path = committedRepository({ a: 'a' })
    git(path, ['remote', 'add', 'origin', 'https://bob:hunter2-secret@127.0.0.1:1/x.git'])
    const { code, stdout } = await gitsync(['doctor', '-q', path])
    expect(code).toBe(1)
    expect(stdout).toContain('  fail  reachable')
    expect(stdout).not.toMatch(/^ {2}ok/m)
    expect(stdout).not.toContain('hunter2')
  })

  it('ends with 2, having looked at nothing, where the config is at fault', async () => {
    expect((await gitsync(['doctor', '/nowhere/at/all'])).code).toBe(2)
    const file = join(temporaryFolder(), 'config.json')
    writeFileSync(file, '{ "repos": [], "surprise": 1 }')
    const { code, stdout, stderr } = await gitsync(['doctor', '--config', file])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('surprise')
    expect((await gitsync(['doctor', '--no-such-option'])).code).toBe(2)
  })

  it('names the config that it read', async () => {
    const file = join(temporaryFolder(), 'config.json')
    const path = cloneInOrder()
    writeFileSync(file, JSON.stringify({ repos: [{ path }] }))
    const { stdout } = await gitsync(['doctor', '--json', '--config', file])
    expect(linesOf(stdout)[0]).toMatchObject({ check: 'config', message: `${file}: 1 repository` })
  })

  it.each([
    ['for people', [], /^ {2}ok {4}node +\d/m, /^ {2}ok {4}remote +origin\/main at /m],
    ['for programs', ['--json'], /"check":"node"/, /"check":"remote","level":"ok"/],
  ])('says each line as soon as it is known, %s', async (_name, flags, ofMachine, last) => {
    const path = committedRepository({ a: 'a' })
    git(path, ['remote', 'add', 'origin', `http://127.0.0.1:${String(portOf(silent))}/x.git`])
    const running = start(['doctor', ...flags, path, '--network-timeout', '6s'])
    await until('all that can be known without the remote', () => last.test(running.stdout()))
    const told = running.stdout()
    expect(told).toMatch(ofMachine)
    expect(told).not.toContain('reachable')
    expect(running.child.exitCode).toBeNull()
    const { code, stdout } = await running.finished
    expect(code).toBe(1)
    expect(stdout.startsWith(told)).toBe(true)
    expect(stdout).toMatch(/reachable.*timeout/)
  })

  it('tells on a terminal what it waits for, and takes that away again', () => {
    const path = committedRepository({ a: 'a' })
    git(path, ['remote', 'add', 'origin', `http://127.0.0.1:${String(portOf(silent))}/x.git`])
    const doctor = `exec '${process.execPath}' '${program}' doctor '${path}' --network-timeout 3s`
    const { stdout } = spawnSync('script', ['-qec', `stty cols 80; ${doctor}`, '/dev/null'], {
      env: { ...process.env, XDG_STATE_HOME: temporaryFolder() },
      encoding: 'utf8',
    })
    const lines = stdout.split(/\r?\n/)
    const waiting = lines.find((line) => line.includes('waits for the remote')) ?? ''
    // What is told in its place takes the line away first.
    expect(waiting).toMatch(/\r\u001B\[K.*\r\u001B\[K {2}\S/)
  })

  it('is done in time, however many remotes are silent', async () => {
    const paths = [1, 2, 3, 4].map((n) => {
      const path = committedRepository({ a: String(n) })
      const url = `http://127.0.0.1:${String(portOf(silent))}/${String(n)}.git`
      git(path, ['remote', 'add', 'origin', url])
      return path
    })
    const began = performance.now()
    const { code, stdout } = await gitsync(['doctor', '--json', ...paths])
    expect(performance.now() - began).toBeLessThan(25_000)
    expect(code).toBe(1)
    const reached = linesOf(stdout).filter(({ check }) => check === 'reachable')
    expect(reached.map(({ message }) => message.split(':')[0])).toEqual(paths.map(() => 'timeout'))
  })
})
