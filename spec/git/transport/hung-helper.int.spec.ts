import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, describe, it } from 'vitest'
import { thisProcess } from '../../../src/git/lock/process-identity.js'
import { serveHttp } from './http-server.js'
import type { Clone } from './playground.js'
import {
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  git,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'

const main = fileURLToPath(new URL('../../../dist/bin/main.js', import.meta.url))

const usual = process.env.TMPDIR
let temporary: string
beforeEach(() => {
  temporary = freshFolder('tmp')
  process.env.TMPDIR = temporary
})
afterAll(() => {
  if (usual === undefined) Reflect.deleteProperty(process.env, 'TMPDIR')
  else process.env.TMPDIR = usual
})

const stages = (): readonly string[] =>
  readdirSync(temporary).filter((name) => name.startsWith('gitsync-home-'))

const processList = (): string => execFileSync('ps', ['-A', '-o', 'args']).toString()

interface Hung {
  readonly clone: Clone
  readonly folder: string
  readonly hasStarted: () => boolean
}

/** A server that wants a password, and a helper that is asked for it and never answers. */
const hungHelper = async (): Promise<Hung> => {
  const port = await serveHttp(dirname(bareRepository()), 'bob:secret')
  const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
  const folder = freshFolder('helper')
  const helper = join(folder, 'never-answers')
  writeFileSync(helper, `#!/bin/sh\ntouch ${folder}/started\nexec tail -f ${folder}/started\n`, {
    mode: 0o755,
  })
  git(clone.path, 'config', 'credential.helper', helper)
  return { clone, folder, hasStarted: () => existsSync(join(folder, 'started')) }
}

const soon = { timeout: 10_000 }

describe('a credential helper that never answers', () => {
  it.each(both)('is ended with the talk by %s, and leaves nothing', async (transport) => {
    const { clone, folder, hasStarted } = await hungHelper()
    const wire = transportFor(clone, { transport, networkTimeout: 1500 })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('timeout')
    expect(hasStarted()).toBe(true)
    await expect.poll(processList, soon).not.toContain(folder)
    await expect.poll(stages, soon).toEqual([])
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is ended with the gitsync that a %s ends, and leaves nothing',
    async (signal) => {
      const { clone, folder, hasStarted } = await hungHelper()
      const state = freshFolder('state')
      const run = spawn(process.execPath, [main, 'once', clone.path, '--transport', 'libgit2'], {
        stdio: 'ignore',
        env: { ...process.env, XDG_STATE_HOME: state, XDG_RUNTIME_DIR: state },
      })
      await expect.poll(hasStarted, soon).toBe(true)
      run.kill(signal)
      await expect.poll(() => run.exitCode ?? run.signalCode, soon).not.toBeNull()
      await expect.poll(processList, soon).not.toContain(folder)
      await expect.poll(stages, soon).toEqual([])
    },
  )
})

describe('the home of a child', () => {
  it('is taken away by the next gitsync where nobody was left to do it', async () => {
    const folder = join(temporary, 'gitsync-home-left')
    mkdirSync(folder)
    writeFileSync(join(folder, 'owner'), thisProcess.replace(/^\d+ \d*/, '999999999 1'))
    const clone = cloneOf(bareRepository())
    const wire = transportFor(clone, { transport: 'libgit2', knownHosts: '/nowhere' })
    expect(await wire.ask(requestFor(clone))).toBeNull()
    expect(stages()).toHaveLength(1)
    expect(existsSync(folder)).toBe(false)
  })
})
