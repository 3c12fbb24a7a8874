import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { serveNothing } from './http-server.js'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  problemFrom,
  requestFor,
  transportFor,
} from './playground.js'

const processList = (): string => execFileSync('ps', ['-A', '-o', 'args']).toString()

const schemes = ['http', 'ssh'] as const
const cases = both.flatMap((transport) => schemes.map((scheme) => [transport, scheme] as const))

describe('a server that accepts and never answers', () => {
  it.each(cases)('is given up by %s over %s and disturbs nobody', async (transport, scheme) => {
    const port = await serveNothing()
    const stuck = cloneOf(`${scheme}://bob@127.0.0.1:${String(port)}/x.git`)
    const bare = bareRepository()
    const oid = advance(bare, 'one')
    const clone = cloneOf(bare)

    const silent = problemFrom(
      transportFor(stuck, { transport, networkTimeout: 1500 }).fetch(requestFor(stuck)),
    )
    expect((await transportFor(clone, { transport }).fetch(requestFor(clone))).oid).toBe(oid)
    expect((await silent).kind).toBe('timeout')
    await expect.poll(processList, { timeout: 20_000 }).not.toContain(`127.0.0.1:${String(port)}`)

    const again = cloneOf(bare)
    expect((await transportFor(again, { transport }).fetch(requestFor(again))).oid).toBe(oid)
  })

  it.each(both)('is hung up on by %s that is closed', async (transport) => {
    const port = await serveNothing()
    const stuck = cloneOf(`http://bob@127.0.0.1:${String(port)}/x.git`)
    const talk = transportFor(stuck, { transport, networkTimeout: 24_000 })
    const request = requestFor(stuck)
    const oid = stuck.commit('mine')
    const asked = problemFrom(talk.fetch(request))
    const pushed = problemFrom(talk.push({ ...request, oid }))
    expect(await Promise.race([asked, pushed, sleep(500, 'goes on')])).toBe('goes on')
    talk.close()
    expect((await asked).kind).toBe('network')
    expect((await pushed).kind).toBe('network')
  })

  it('never sees the password of the address in the process list', async () => {
    const port = await serveNothing()
    const clone = cloneOf(`http://bob:hunter2-very-secret@127.0.0.1:${String(port)}/x.git`)
    const silent = problemFrom(
      transportFor(clone, { networkTimeout: 3000 }).fetch(requestFor(clone)),
    )
    const seen = await expect
      .poll(processList, { timeout: 20_000, interval: 50 })
      .toContain(`127.0.0.1:${String(port)}`)
      .then(processList)
    expect(seen).not.toContain('hunter2-very-secret')
    expect((await silent).kind).toBe('timeout')
  })
})
