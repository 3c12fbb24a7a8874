const format = new Intl.RelativeTimeFormat('en', { style: 'narrow', numeric: 'always' })

/** Each with how many seconds it has, and up to how many it is the one to count in. */
const units = [
  ['second', 1, 60],
  ['minute', 60, 3_600],
  ['hour', 3_600, 86_400],
  ['day', 86_400, 14 * 86_400],
  ['week', 7 * 86_400, Number.POSITIVE_INFINITY],
] as const

/** `12s ago`, `in 5min`. What is due is so now; a clock that was set back gives no time to come. */
export const relativeTime = (at: string, now: number, tense: 'past' | 'future'): string => {
  const seconds = Math.round((Date.parse(at) - now) / 1_000)
  const bounded = tense === 'past' ? Math.min(0, seconds) : Math.max(0, seconds)
  if (bounded === 0) return 'now'
  const distance = Math.abs(bounded)
  const [unit, size] = units.find(([, , bound]) => distance < bound) ?? units[0]
  return format.format(Math.trunc(bounded / size), unit)
}
