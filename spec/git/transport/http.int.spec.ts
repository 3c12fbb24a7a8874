import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serveHttp } from './http-server.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  freePort,
  git,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'

const password = 'hunter2-very-secret'

describe.each(both)('the %s transport over http', (transport) => {
  it('pushes and fetches', async () => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'))
    const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    const oid = clone.commit('a')
    expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ kind: 'accepted' })
    const theirs = advance(bare, 'b')
    expect((await wire.fetch(requestFor(clone))).oid).toBe(theirs)
  })

  it('tells the words of a hook that declines, and of a branch that only grows', async () => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'))
    const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    mkdirSync(join(bare, 'hooks'), { recursive: true })
    const hook = join(bare, 'hooks', 'pre-receive')
    writeFileSync(hook, '#!/bin/sh\necho "Not on a Friday" >&2\nexit 1\n')
    chmodSync(hook, 0o755)
    expect(await wire.push({ ...requestFor(clone), oid: clone.commit('a') })).toEqual({
      kind: 'rejected',
      reason: 'declined',
      message: 'Not on a Friday (pre-receive hook declined)',
    })
    expect(tipOf(bare)).toBe('')
  })

  it('is refused when the branch moves between its look and its write', async () => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'))
    const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    await wire.push({ ...requestFor(clone), oid: clone.commit('base') })
    const other = git(bare, 'commit-tree', '-m', 'raced', `${tipOf(bare)}^{tree}`)
    mkdirSync(join(bare, 'hooks'), { recursive: true })
    const hook = join(bare, 'hooks', 'pre-receive')
    // Out of the quarantine, as another push that ends meanwhile.
    writeFileSync(
      hook,
      `#!/bin/sh\nunset GIT_QUARANTINE_PATH\ngit update-ref refs/heads/main ${other}\n`,
    )
    chmodSync(hook, 0o755)
    const pushed = await wire.push({ ...requestFor(clone), oid: clone.commit('ours') })
    expect(pushed).toMatchObject({ kind: 'rejected', reason: 'non-fast-forward' })
    expect(tipOf(bare)).toBe(other)
  })

  it('signs in with the password in the address, with a helper’s, and not without', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'one')
    const port = await serveHttp(join(bare, '..'), `bob:${password}`)
    const clone = cloneOf(`http://bob:${password}@127.0.0.1:${String(port)}/x.git`)
    const wire = transportFor(clone, { transport })
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)

    git(clone.path, 'remote', 'set-url', 'origin', `http://127.0.0.1:${String(port)}/x.git`)
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('authentication')

    git(
      clone.path,
      'config',
      'credential.helper',
      `!f() { echo username=bob; echo password=${password}; }; f`,
    )
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
  })

  it('says that the password is wrong, not which it was', async () => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'), 'bob:other')
    const clone = cloneOf(`http://bob:${password}@127.0.0.1:${String(port)}/x.git`)
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem.kind).toBe('authentication')
    expect(JSON.stringify(problem)).not.toContain(password)
  })

  it.each([
    [402, 'declined'],
    [403, 'authentication'],
    [404, 'not-found'],
    [451, 'declined'],
    [500, 'network'],
    [507, 'declined'],
    [503, 'network'],
  ])('reads the status %i as %s', async (status, kind) => {
    const port = await serveHttp('/')
    const clone = cloneOf(
      `http://bob:${password}@127.0.0.1:${String(port)}/status/${String(status)}`,
    )
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem.kind).toBe(kind)
    expect(JSON.stringify(problem)).not.toContain(password)
  })

  it.each([
    [302, 'not-found', /set-url/],
    [402, 'declined', /paid/],
    [413, 'declined', /too large/],
    [503, 'network', /tried again/],
    [507, 'declined', /space where the remote is/],
  ])('reads the status %i of what it sends as %s', async (status, kind, remedy) => {
    const bare = bareRepository()
    const port = await serveHttp(join(bare, '..'))
    const clone = cloneOf(`http://127.0.0.1:${String(port)}/post/${String(status)}/x.git`)
    const wire = transportFor(clone, { transport })
    const oid = clone.commit('a')
    const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
    expect(problem.kind, problem.message).toBe(kind)
    expect(problem.remedy).toMatch(remedy)
  })

  it('says that nobody listens, without the password', async () => {
    const clone = cloneOf(`http://bob:${password}@127.0.0.1:${String(await freePort())}/x.git`)
    const problem = await problemFrom(transportFor(clone, { transport }).fetch(requestFor(clone)))
    expect(problem.kind).toBe('network')
    expect(JSON.stringify(problem)).not.toContain(password)
  })
})
