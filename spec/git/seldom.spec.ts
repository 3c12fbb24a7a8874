import { describe, expect, it } from 'vitest'
import type { GitRepository } from '../../src/git/git-objects.js'
import { failure } from '../../src/git/problem/problem.js'
import { askAnew, refusal, seldom } from '../../src/git/seldom.js'

const minute = 60_000

/** A program that refuses until it is told otherwise, and counts how often it was asked. */
const asking = (answer = refusal('no', 'Say yes.')) => {
  const repository = { git: {} as GitRepository }
  const state = { now: 1_000_000, asked: 0, refuses: true }
  const ask = (about = 'a'): Promise<string> =>
    seldom(
      repository,
      'pre-commit',
      about,
      () => {
        state.asked += 1
        return state.refuses ? Promise.reject(answer) : Promise.resolve('yes')
      },
      () => state.now,
    )
  return { repository, state, ask }
}

describe('a program that refused', () => {
  it('is asked the same thing after a growing, bounded delay only', async () => {
    const { state, ask } = asking()
    const times: number[] = []
    for (let n = 0; n < 24 * 60 * 12; n += 1) {
      const before = state.asked
      await expect(ask()).rejects.toThrow('no')
      if (state.asked > before) times.push(state.now)
      state.now += 5_000
    }
    const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0))
    expect(waits[0]).toBeLessThanOrEqual(35_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(15 * minute + 5_000)
    expect(waits.slice(6).every((wait) => wait >= 10 * minute)).toBe(true)
    expect(state.asked).toBeLessThan(140)
  })

  it('is asked about another thing at once, and anew when a person says so', async () => {
    const { repository, state, ask } = asking()
    await expect(ask()).rejects.toThrow('no')
    await expect(ask()).rejects.toThrow('no')
    expect(state.asked).toBe(1)
    await expect(ask('b')).rejects.toThrow('no')
    expect(state.asked).toBe(2)
    askAnew(repository)
    state.refuses = false
    expect(await ask('b')).toBe('yes')
    expect(await ask('b')).toBe('yes')
    expect(state.asked).toBe(4)
  })

  it('is another thing than one that fails, which is asked at the pace of the caller', async () => {
    const { state, ask } = asking(failure('unexpected', 'no'))
    await expect(ask()).rejects.toThrow('no')
    await expect(ask()).rejects.toThrow('no')
    expect(state.asked).toBe(2)
  })
})
