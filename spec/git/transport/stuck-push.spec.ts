import { describe, expect, it } from 'vitest'
import type { PushResult } from '../../../src/actors/ports.js'
import { stuckPush } from '../../../src/git/transport/around/stuck-push.js'

const request = { gitDir: '/w/.git', remote: 'origin', branch: 'main', oid: 'a' }
const late: PushResult = { kind: 'rejected', reason: 'non-fast-forward', message: '(fetch first)' }
const moved: PushResult = { kind: 'accepted', moved: true, bytes: 9 }

const reasonsOf = async (
  pushes: readonly (readonly [oid: string, result: PushResult])[],
): Promise<readonly string[]> => {
  let n = 0
  const push = stuckPush(() => Promise.resolve(pushes[n++]?.[1] ?? moved))
  const reasons: string[] = []
  for (const [oid] of pushes) {
    const result = await push({ ...request, oid })
    reasons.push(result.kind === 'accepted' ? 'accepted' : result.reason)
  }
  return reasons
}

describe('a push to where others were first', () => {
  it('is declined where no fetch brings their commits, and as long as it is so', async () => {
    const push = stuckPush(() => Promise.resolve(late))
    const results: PushResult[] = []
    for (let n = 0; n < 5; n += 1) results.push(await push(request))
    expect(results.slice(0, 2)).toEqual([late, late])
    for (const result of results.slice(2)) expect(result).toMatchObject({ reason: 'declined' })
    expect(results[2]).toMatchObject({
      message: expect.stringContaining('(fetch first)') as string,
    })
  })

  it('is a lost race as long as another commit is pushed each time', async () => {
    const race = ['a', 'b', 'c', 'd', 'e'].map((oid) => [oid, late] as const)
    expect(new Set(await reasonsOf(race))).toEqual(new Set(['non-fast-forward']))
  })

  it('is judged anew after one that went well', async () => {
    const twice = [
      ['a', late],
      ['a', late],
    ] as const
    expect(await reasonsOf([...twice, ['a', moved], ...twice])).not.toContain('declined')
  })
})
