import type { Quantity } from '../config/quantity.js'
import { allowedQuantity, parseQuantity } from '../config/quantity.js'
import type { Reading } from '../config/reading.js'
import { faultRead, valueRead } from '../config/reading.js'

const ago: Quantity = {
  units: { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 },
  noun: 'how long ago',
  smallest: 'seconds',
  examples: ['30m', '2h', '3d'],
  atLeast: 0,
  atMost: 5_200 * 604_800,
}

/** A date, perhaps a time, perhaps where in the world: `2026-11-24T10:00:00Z`. */
const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i

const midnight = (now: Date, days: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days)

/** On the clock of whoever asks, unless it says where; null for a day or a time that there is none of. */
const dated = (text: string): Date | null => {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    iso.exec(text) ?? []
  if (year === undefined || month === undefined || day === undefined) return null
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  // The thirty-first of a shorter month would become the first of the next.
  const there = new Date(`${local}Z`)
  if (Number.isNaN(there.getTime()) || there.toISOString().slice(0, 19) !== local) return null
  const meant = new Date(local + zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(meant.getTime()) ? null : meant
}

/** What `--since` means: so long ago, a date, `today` or `yesterday`. */
export const sinceOf = (text: string, now: Date): Reading<Date> => {
  if (text === 'today') return valueRead(midnight(now, 0))
  if (text === 'yesterday') return valueRead(midnight(now, -1))
  const date = dated(text)
  if (date !== null) return valueRead(date)
  const seconds = parseQuantity(ago, text)
  return seconds.kind === 'value'
    ? valueRead(new Date(now.getTime() - seconds.value * 1_000))
    : faultRead(
        `must be ${allowedQuantity(ago).replace(/ \(.*$/, '')}, a date such as 2026-11-24 or 2026-11-24T10:00, today or yesterday`,
      )
}
