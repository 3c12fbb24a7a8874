import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serveHttp } from './http-server.js'
import { slowLineTo } from './slow-line.js'
import {
  bareRepository,
  both,
  cloneOf,
  git,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'

/** Bytes of noise, and those that the line lets through in a second. */
const [size, rate] = [2_000_000, 400_000]

/** Clearly less than the line takes. */
const networkTimeout = 1_500

/** git says nothing while it unpacks a fetch of few objects, however large they are. */
it.each(both)('a fetch by %s over a slow line takes the time that it takes', async (transport) => {
  const bare = bareRepository()
  const theirs = cloneOf(bare)
  writeFileSync(join(theirs.path, 'noise'), randomBytes(size))
  const oid = theirs.commit('noisy')
  git(theirs.path, 'push', '--quiet', 'origin', 'main')
  const port = await slowLineTo(await serveHttp(join(bare, '..')), rate)
  const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
  const begun = performance.now()
  const wire = transportFor(clone, { transport, networkTimeout })
  const { bytes } = await wire.fetch(requestFor(clone))
  expect(performance.now() - begun).toBeGreaterThan(2 * networkTimeout)
  expect(clone.tracked()).toBe(oid)
  expect(bytes).toBeGreaterThanOrEqual(size)
  expect(bytes).toBeLessThan(1.2 * size)
})

/**
 * As many set it by advice: git then sends all of it at once, and says nothing meanwhile. The line is faster here, since
 * what its end holds in its buffers looks sent.
 */
it('a push by git with a large http.postBuffer over a slow line takes the time that it takes', async () => {
  const bare = bareRepository()
  const port = await slowLineTo(await serveHttp(join(bare, '..')), 8 * rate)
  const clone = cloneOf(`http://127.0.0.1:${String(port)}/x.git`)
  git(clone.path, 'config', 'http.postBuffer', '524288000')
  writeFileSync(join(clone.path, 'noise'), randomBytes(16 * size))
  const oid = clone.commit('noisy')
  const wire = transportFor(clone, { networkTimeout: 2 * networkTimeout })
  const begun = performance.now()
  expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ kind: 'accepted' })
  expect(performance.now() - begun).toBeGreaterThan(4 * networkTimeout)
  expect(tipOf(bare)).toBe(oid)
})

it('a push by git waits for a hook whose server says that it is alive', async () => {
  const bare = bareRepository()
  git(bare, 'config', 'receive.keepAlive', '1')
  writeFileSync(join(bare, 'hooks/pre-receive'), '#!/bin/sh\nsleep 5\n', { mode: 0o755 })
  const clone = cloneOf(bare)
  const oid = clone.commit('mine')
  const wire = transportFor(clone, { networkTimeout: 2_500 })
  expect(await wire.push({ ...requestFor(clone), oid })).toMatchObject({ kind: 'accepted' })
  expect(tipOf(bare)).toBe(oid)
})
