import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Report } from '../../src/actors/reports.js'
import { openLongTalk } from '../../src/git/long-talk.js'
import { failed, pushDone, underway } from '../support/facts.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const pushTo = (talk: ReturnType<typeof openLongTalk>, takes: number, report = pushDone()) => {
  const begin = vi.fn(
    () =>
      new Promise<() => Promise<Report>>((resolve) => {
        setTimeout(resolve, takes, () => Promise.resolve(report))
      }),
  )
  return { begin, heard: talk.hear('push', begin) }
}

const after = async <Result>(milliseconds: number, heard: Promise<Result>) => {
  const late = new Promise<'nothing yet'>((resolve) => {
    setTimeout(resolve, milliseconds, 'nothing yet')
  })
  await vi.advanceTimersByTimeAsync(milliseconds)
  return Promise.race([heard, late])
}

it('is heard out while no save waits, and while one waits that is called off', async () => {
  const talk = openLongTalk(1_000)
  const { heard } = pushTo(talk, 60_000)
  talk.hurry()
  expect(await after(999, heard)).toBe('nothing yet')
  talk.calm()
  expect(await after(59_000, heard)).toBe('nothing yet')
  expect(await after(1, heard)).toEqual(pushDone())
})

it('goes on where a save has waited for long, and gives its report to whoever asks next', async () => {
  const talk = openLongTalk(1_000)
  talk.hurry()
  const first = pushTo(talk, 60_000)
  expect(await after(1_000, first.heard)).toEqual(underway('push'))
  const second = pushTo(talk, 0)
  expect(await after(58_000, second.heard)).toBe('nothing yet')
  expect(await after(1_000, second.heard)).toEqual(pushDone())
  expect(second.begin).not.toHaveBeenCalled()
  expect(await after(5, pushTo(talk, 5, failed('push', 'network')).heard)).toMatchObject({
    type: 'Failed',
  })
})

it('is left again, later each time, for a save whose commit came to nothing, and soon for a new one', async () => {
  const talk = openLongTalk(1_000)
  const left = async () => {
    const from = Date.now()
    const { heard } = pushTo(talk, 600_000)
    for (;;) {
      const found = await after(500, heard)
      if (found !== 'nothing yet') return [found, Date.now() - from]
    }
  }
  const failedAgain = () => {
    talk.calm()
    talk.hurryLater()
  }
  talk.hurry()
  expect(await left()).toEqual([underway('push'), 1_000])
  for (const later of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    failedAgain()
    expect(await left()).toEqual([underway('push'), later])
  }
  failedAgain()
  talk.hurry()
  expect(await left()).toEqual([underway('push'), 1_000])
})

it('is left once for the same save, again for another, and keeps what it found meanwhile', async () => {
  const talk = openLongTalk(1_000)
  talk.hurry()
  const first = pushTo(talk, 5_000)
  expect(await after(1_000, first.heard)).toEqual(underway('push'))
  const second = pushTo(talk, 0)
  expect(await after(2_000, second.heard)).toBe('nothing yet')
  talk.hurry()
  talk.hurry()
  expect(await after(1_000, second.heard)).toEqual(underway('push'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await after(0, pushTo(talk, 0).heard)).toEqual(pushDone())
})

it('makes its report once it is heard, of what was committed meanwhile', async () => {
  const talk = openLongTalk(1_000)
  talk.hurry()
  const report = vi.fn(() => Promise.resolve(pushDone()))
  const first = talk.hear('push', () => Promise.resolve().then(() => report))
  expect(await after(0, first)).toEqual(pushDone())
  expect(report).toHaveBeenCalledTimes(1)
  const slow = () =>
    new Promise<typeof report>((resolve) => {
      setTimeout(resolve, 5_000, report)
    })
  talk.hurry()
  expect(await after(1_000, talk.hear('push', slow))).toEqual(underway('push'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(report).toHaveBeenCalledTimes(1)
  expect(await after(0, talk.hear('push', slow))).toEqual(pushDone())
  expect(report).toHaveBeenCalledTimes(2)
})
