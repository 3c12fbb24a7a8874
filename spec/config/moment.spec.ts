import { describe, expect, it } from 'vitest'
import { parseMoment } from '../../src/config/moment.js'

const now = new Date(2026, 10, 24, 12, 30, 15)
const local = (...parts: readonly [number, number, number, number, number, number]) =>
  new Date(...parts)

describe('a moment', () => {
  it.each([
    ['2h ago', new Date(now.getTime() - 7_200_000)],
    ['2 Hours  ago', new Date(now.getTime() - 7_200_000)],
    ['90m', new Date(now.getTime() - 5_400_000)],
    ['1.5h ago', new Date(now.getTime() - 5_400_000)],
    ['3 days ago', new Date(now.getTime() - 3 * 86_400_000)],
    ['1 week ago', new Date(now.getTime() - 7 * 86_400_000)],
    ['30 sec ago', new Date(now.getTime() - 30_000)],
    ['yesterday', local(2026, 10, 23, 12, 30, 15)],
    ['yesterday 14:30', local(2026, 10, 23, 14, 30, 0)],
    ['today 08:00', local(2026, 10, 24, 8, 0, 0)],
    ['9:05', local(2026, 10, 24, 9, 5, 0)],
    ['2026-11-22', local(2026, 10, 22, 0, 0, 0)],
    ['2026-11-22 17:12', local(2026, 10, 22, 17, 12, 0)],
    ['2026-11-22T17:12:59', local(2026, 10, 22, 17, 12, 59)],
    ['2026-11-22T17:12:59Z', new Date('2026-11-22T17:12:59Z')],
    ['2026-11-22T17:12:59.250+01:00', new Date('2026-11-22T16:12:59.250Z')],
  ])('is %j', (text, at) => {
    expect(parseMoment(text, now)).toEqual({ kind: 'value', value: at })
  })

  it.each([
    '',
    'tomorrow',
    '2 fortnights ago',
    '25:00',
    '2026-13-01',
    '2027-01-01',
    '13:00',
    'ago',
  ])('is not %j', (text) => {
    expect(parseMoment(text, now)).toMatchObject({ kind: 'fault' })
  })
})
