/** Chance that is a function of its seed. */
export interface Chance {
  /** In [0, 1). */
  next(): number
  /** A whole number in [low, high]. */
  within(low: number, high: number): number
  /** Whether something happens that has this probability. */
  happens(probability: number): boolean
  pick<const Value>(values: readonly [Value, ...Value[]]): Value
}

/** Mulberry32: small, quick, and its sequence the same on every machine. */
export const chanceOf = (seed: number): Chance => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    within: (low, high) => low + Math.floor(next() * (high - low + 1)),
    happens: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
  }
}
