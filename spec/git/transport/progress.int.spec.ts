import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TransferProgress } from '../../../src/actors/ports.js'
import { serveHttp } from './http-server.js'
import { slowLineTo } from './slow-line.js'
import { bareRepository, both, cloneOf, requestFor, tipOf, transportFor } from './playground.js'

/** Enough that a transfer takes longer than from one report to the next: the line lets so much through in a second. */
const [files, size, rate] = [300, 50_000, 4_000_000]

describe.each(both)('the %s transport', (transport) => {
  it('tells how far a long push and a long fetch are, in rising steps', async () => {
    const bare = bareRepository()
    const port = await slowLineTo(await serveHttp(join(bare, '..')), rate)
    const url = `http://127.0.0.1:${String(port)}/x.git`
    const theirs = cloneOf(url)
    for (let n = 0; n < files; n += 1)
      writeFileSync(join(theirs.path, `noise-${String(n)}`), randomBytes(size))
    const oid = theirs.commit('a')
    const told: TransferProgress[] = []
    const note = (progress: TransferProgress): void => void told.push(progress)
    await transportFor(theirs, { transport }, note).push({ ...requestFor(theirs), oid })
    const clone = cloneOf(url)
    await transportFor(clone, { transport }, note).fetch(requestFor(clone))
    expect(tipOf(bare)).toBe(oid)
    const steps = (operation: string, phase: string): readonly number[] =>
      told
        .filter((one) => one.operation === operation && one.phase === phase)
        .map((one) => one.percent)
    for (const percents of [
      steps('push', 'Writing objects'),
      steps('fetch', 'Receiving objects'),
    ]) {
      expect(percents.length).toBeGreaterThan(1)
      expect(percents).toEqual(percents.toSorted((a, b) => a - b))
      expect(percents.at(-1)).toBeGreaterThan(50)
    }
  })
})
