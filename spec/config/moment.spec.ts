import { describe, expect, it } from 'vitest'
import { parseMoment, parsePast } from '../../src/config/value/moment.js'

const now = new Date(2026, 10, 24, 12, 30, 15, 250)
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000)

describe('a moment', () => {
  it.each([
    ['0s', ago(0)],
    ['45s', ago(45)],
    ['500ms', ago(0.5)],
    ['1 millisecond ago', ago(0.001)],
    ['2h ago', ago(7_200)],
    ['2 Hours  ago', ago(7_200)],
    ['90m', ago(5_400)],
    ['1.5h ago', ago(5_400)],
    ['3d', ago(3 * 86_400)],
    ['3 days ago', ago(3 * 86_400)],
    ['1 week ago', ago(7 * 86_400)],
    ['30 sec ago', ago(30)],
    ['yesterday 14:30', new Date(2026, 10, 23, 14, 30)],
    ['today 08:00', new Date(2026, 10, 24, 8)],
    ['9:05', new Date(2026, 10, 24, 9, 5)],
    ['2026-11-22', new Date(2026, 10, 22)],
    ['2024-02-29', new Date(2024, 1, 29)],
    ['2026-11-22 17:12', new Date(2026, 10, 22, 17, 12)],
    ['2026-11-22T17:12:59', new Date(2026, 10, 22, 17, 12, 59)],
    ['2026-11-22T17:12:59Z', new Date('2026-11-22T17:12:59Z')],
    ['2026-11-22T17:12:59.250+01:00', new Date('2026-11-22T16:12:59.250Z')],
    ['2026-11-01T10:05+0200', new Date('2026-11-01T08:05:00Z')],
    ['2026-11-01T10:05-02:30', new Date('2026-11-01T12:35:00Z')],
    ['2999-01-01', new Date(2999, 0, 1)],
  ])('is %j, on the clock of whoever asks unless it says where', (text, at) => {
    for (const dayAlone of ['beginning', 'this-time'] as const)
      expect(parseMoment(text, now, dayAlone)).toEqual({ kind: 'value', value: at })
  })

  it('is the beginning of a day that is named alone, or this time of it', () => {
    const beginning = { kind: 'value', value: new Date(2026, 10, 23) }
    const thisTime = { kind: 'value', value: new Date(2026, 10, 23, 12, 30, 15, 250) }
    expect(parseMoment('yesterday', now, 'beginning')).toEqual(beginning)
    expect(parseMoment('yesterday', now, 'this-time')).toEqual(thisTime)
    expect(parseMoment('today', now, 'beginning')).toMatchObject({ value: new Date(2026, 10, 24) })
  })

  it.each([
    '',
    'soon',
    'tomorrow',
    '2',
    '-2h',
    '2x',
    '2 fortnights ago',
    '25:00',
    'ago',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-01T25:00',
    '2026-11-01T10:61',
    '2026-11-01T10',
    '2026-11-01T10:00+99:99',
    '99999999999w',
  ])('is not %j, which is refused with what is allowed', (text) => {
    const reading = parseMoment(text, now, 'beginning')
    expect(reading.kind === 'fault' ? reading.message : reading.value).toMatch(/"2h ago".*"2026-/)
  })

  it.each(['2027-01-01', '13:00', 'today 13:00'])('that is past is not %j', (text) => {
    expect(parsePast(text, now, 'this-time')).toMatchObject({
      kind: 'fault',
      message: expect.stringContaining('time that is past') as string,
    })
    expect(parseMoment(text, now, 'this-time')).toMatchObject({ kind: 'value' })
  })
})
