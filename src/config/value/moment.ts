import { faultRead, valueRead } from './reading.js'
import type { Reading } from './reading.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const units: readonly (readonly [words: RegExp, length: number])[] = [
  [/^(?:ms|milliseconds?)$/, 1],
  [/^s(?:ec(?:ond)?s?)?$/, 1_000],
  [/^m(?:in(?:ute)?s?)?$/, minute],
  [/^h(?:ours?)?$/, hour],
  [/^d(?:ays?)?$/, day],
  [/^w(?:eeks?)?$/, 7 * day],
]

const allowed =
  'such as "2h ago", "3 days ago", "yesterday", "yesterday 14:30", "14:30", ' +
  '"2026-11-22", "2026-11-22 17:12" (local time) or "2026-11-22T17:12:59Z"'

const agoOf = (text: string, now: Date): Date | null => {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s+ago)?$/.exec(text) ?? []
  const length = units.find(([words]) => words.test(unit))?.[1]
  return amount === '' || length === undefined
    ? null
    : new Date(now.getTime() - Number(amount) * length)
}

/** What the name of a day alone means: its beginning, as of a date, or this time of it. */
export type DayAlone = 'beginning' | 'this-time'

/** A day by its name, and a time of that day. */
const namedDayOf = (text: string, now: Date, dayAlone: DayAlone): Date | null => {
  const found = /^(?:(today|yesterday)\s*)?(?:(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d))?)?$/.exec(text)
  if (found === null || text === '') return null
  const [, name = 'today', hours, minutes, seconds = '0'] = found
  const at = new Date(now)
  at.setDate(at.getDate() - (name === 'yesterday' ? 1 : 0))
  if (hours !== undefined && minutes !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
    at.setHours(Number(hours), Number(minutes), Number(seconds), 0)
  } else if (dayAlone === 'beginning') at.setHours(0, 0, 0, 0)
  return at
}

const iso =
  /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(z|[+-]\d\d:?\d\d)?)?$/

/** Local time where it names no zone; a date alone is its beginning. Null for a day or a time that there is none of. */
const isoOf = (text: string): Date | null => {
  const [, date, time = '00:00', second = '00', fraction = '0', zone = ''] = iso.exec(text) ?? []
  if (date === undefined) return null
  const local = `${date}T${time}:${second}`
  // The thirty-first of a shorter month would become the first of the next.
  const there = new Date(`${local}Z`)
  if (Number.isNaN(there.getTime()) || there.toISOString().slice(0, 19) !== local) return null
  const offset = zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')
  return new Date(`${local}.${fraction}${offset}`)
}

/** A moment as people write it. */
export const parseMoment = (value: string, now: Date, dayAlone: DayAlone): Reading<Date> => {
  const text = value.trim().toLowerCase().replace(/\s+/g, ' ')
  const at = agoOf(text, now) ?? isoOf(text) ?? namedDayOf(text, now, dayAlone)
  return at === null || Number.isNaN(at.getTime())
    ? faultRead(`must be a time ${allowed}`)
    : valueRead(at)
}

/** One that has been: there is no looking into what is to come. */
export const parsePast = (value: string, now: Date, dayAlone: DayAlone): Reading<Date> => {
  const reading = parseMoment(value, now, dayAlone)
  return reading.kind === 'value' && reading.value <= now
    ? reading
    : faultRead(`must be a time that is past, ${allowed}`)
}
