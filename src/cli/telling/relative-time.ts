const format = new Intl.RelativeTimeFormat('en', { style: 'narrow', numeric: 'always' })

/** Each with how many seconds it has, and up to how many it is the one to count in. */
const units = [
  ['second', 1, 60],
  ['minute', 60, 3_600],
  ['hour', 3_600, 86_400],
  ['day', 86_400, 14 * 86_400],
  ['week', 7 * 86_400, Number.POSITIVE_INFINITY],
] as const

const unitOf = (seconds: number): (typeof units)[number] =>
  units.find(([, , bound]) => seconds < bound) ?? units[0]

/** `12s`, `5m`: how long ago. A clock that was set back has it begin now. */
export const lengthOfTime = (since: string, now: number): string => {
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1_000))
  const [unit, size] = unitOf(seconds)
  const options = { style: 'unit', unit, unitDisplay: 'narrow' } as const
  return new Intl.NumberFormat('en', options).format(Math.trunc(seconds / size))
}

/** `12s ago`, `in 5min`. What is due is so now; a clock that was set back gives no time to come. */
export const relativeTime = (at: string, now: number, tense: 'past' | 'future'): string => {
  const seconds = Math.round((Date.parse(at) - now) / 1_000)
  const bounded = tense === 'past' ? Math.min(0, seconds) : Math.max(0, seconds)
  if (bounded === 0) return 'now'
  const [unit, size] = unitOf(Math.abs(bounded))
  return format.format(Math.trunc(bounded / size), unit)
}
