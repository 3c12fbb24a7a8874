import { describe, expect, it } from 'vitest'
import { sinceOf } from '../../src/cli/since.js'

const now = new Date(2026, 10, 24, 12, 30, 15, 250)

const read = (text: string): Date | null => {
  const reading = sinceOf(text, now)
  return reading.kind === 'value' ? reading.value : null
}

describe('--since', () => {
  it.each([
    ['0s', 0],
    ['45s', 45],
    ['30m', 30 * 60],
    ['2h', 7_200],
    ['1.5h', 5_400],
    ['3d', 3 * 86_400],
    ['2w', 14 * 86_400],
  ])('%s is so long ago', (text, seconds) => {
    expect(read(text)).toEqual(new Date(now.getTime() - seconds * 1_000))
  })

  it.each([
    ['today', new Date(2026, 10, 24)],
    ['yesterday', new Date(2026, 10, 23)],
    ['2026-11-01', new Date(2026, 10, 1)],
    ['2024-02-29', new Date(2024, 1, 29)],
    ['2026-11-01T10:05', new Date(2026, 10, 1, 10, 5)],
    ['2026-11-01 10:05:06', new Date(2026, 10, 1, 10, 5, 6)],
    ['2026-11-01T10:05:06.789Z', new Date('2026-11-01T10:05:06Z')],
    ['2026-11-01T10:05:06Z', new Date('2026-11-01T10:05:06Z')],
    ['2026-11-01T10:05+0200', new Date('2026-11-01T08:05:00Z')],
    ['2026-11-01T10:05-02:30', new Date('2026-11-01T12:35:00Z')],
  ])('%s is a time on the clock of whoever asks, unless it says where', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each(['', 'soon', '2', '-2h', '2 h', '2H', '2x', '2026', '2026-13-01', '2026-02-30'])(
    '%j is refused with what is allowed',
    (text) => {
      const reading = sinceOf(text, now)
      expect(reading.kind === 'fault' ? reading.message : reading.value).toMatch(
        /^must be how long ago such as 30m, 2h, 3d, a date such as .*, today or yesterday$/,
      )
    },
  )

  it.each(['2026-11-01T25:00', '2026-11-01T10:61', '2026-11-01T10', '99999999999w'])(
    '%j is refused',
    (text) => {
      expect(read(text)).toBeNull()
    },
  )
})
