import { faultRead, valueRead } from './reading.js'
import type { Reading } from './reading.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [words: RegExp, length: number])[] = [
  [/^s(?:ec(?:ond)?s?)?$/, 1_000],
  [/^m(?:in(?:ute)?s?)?$/, minute],
  [/^h(?:ours?)?$/, hour],
  [/^d(?:ays?)?$/, day],
  [/^w(?:eeks?)?$/, 7 * day],
]

const allowed =
  'must be a time that is past: "2h ago", "3 days ago", "yesterday", "yesterday 14:30", "14:30", ' +
  '"2026-11-22", "2026-11-22 17:12" (local time) or "2026-11-22T17:12:59Z"'

const agoOf = (text: string, now: Date): Date | null => {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s+ago)?$/.exec(text) ?? []
  const length = units.find(([words]) => words.test(unit))?.[1]
  return amount === '' || length === undefined
    ? null
    : new Date(now.getTime() - Number(amount) * length)
}

/** A day by its name, and a time of that day; the day alone is this time of that day. */
const namedDayOf = (text: string, now: Date): Date | null => {
  const found = /^(?:(today|yesterday)\s*)?(?:(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d))?)?$/.exec(text)
  if (found === null || text === '') return null
  const [, name = 'today', hours, minutes, seconds = '0'] = found
  const at = new Date(now)
  at.setDate(at.getDate() - (name === 'yesterday' ? 1 : 0))
  if (hours !== undefined && minutes !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
    at.setHours(Number(hours), Number(minutes), Number(seconds), 0)
  }
  return at
}

/** Local time where it names no zone; a date alone is its beginning. */
const isoOf = (text: string): Date | null => {
  const found =
    /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(z|[+-]\d\d:?\d\d)?)?$/.exec(text)
  if (found === null) return null
  const [, date = '', time = '00:00', zone = ''] = found
  const at = new Date(`${date}T${time}${zone.toUpperCase()}`)
  return Number.isNaN(at.getTime()) ? null : at
}

/** A moment as people write it. */
export const parseMoment = (value: string, now: Date): Reading<Date> => {
  const text = value.trim().toLowerCase().replace(/\s+/g, ' ')
  const at = agoOf(text, now) ?? isoOf(text) ?? namedDayOf(text, now)
  return at === null || at > now ? faultRead(allowed) : valueRead(at)
}
