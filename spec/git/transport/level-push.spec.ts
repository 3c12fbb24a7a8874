import { describe, expect, it } from 'vitest'
import type { PushResult } from '../../../src/actors/ports.js'
import { levelPush } from '../../../src/git/transport/around/level-push.js'

const request = { gitDir: '/w/.git', remote: 'origin', branch: 'main', oid: 'a' }
const there: PushResult = { kind: 'accepted', moved: false, bytes: 0 }
const moved: PushResult = { kind: 'accepted', moved: true, bytes: 9 }

const setUp = (...results: readonly PushResult[]) => {
  const seen = { pushes: 0, now: 0 }
  const push = levelPush(
    () => {
      const result = results[Math.min(seen.pushes, results.length - 1)] ?? there
      seen.pushes += 1
      return Promise.resolve(result)
    },
    () => seen.now,
  )
  return { seen, push }
}

describe('a push that finds its commit there already', () => {
  it('is not repeated at the pace of the fetches, which say again that it is ahead', async () => {
    const { seen, push } = setUp(moved, there)
    for (let hour = 0; hour < 2 * 60; hour += 1) {
      seen.now = hour * 60_000
      expect(await push(request)).toEqual(hour === 0 ? moved : there)
    }
    expect(seen.pushes).toBe(1 + 8)
  })

  it.each([
    ['another commit', { ...request, oid: 'b' }],
    ['another branch', { ...request, branch: 'other' }],
    ['another remote', { ...request, remote: 'other' }],
  ])('does not keep %s back', async (_, other) => {
    const { seen, push } = setUp(there)
    await push(request)
    await push(other)
    expect(seen.pushes).toBe(2)
  })

  it.each([moved, { kind: 'rejected', reason: 'declined', message: 'no' } as const])(
    'is only known by the last answer',
    async (result) => {
      const { seen, push } = setUp(result)
      await push(request)
      await push(request)
      expect(seen.pushes).toBe(2)
    },
  )
})
