export interface Backoff {
  /** Milliseconds before the first retry. */
  readonly base: number
  /** Milliseconds, the bound of growth. */
  readonly longest: number
}

/** A lock or a moving work tree is over in a moment. */
export const passingBackoff: Backoff = { base: 100, longest: 30_000 }

/** An outage is asked after often at first, then every five minutes. */
export const outageBackoff: Backoff = { base: 1_000, longest: 300_000 }

/** Milliseconds, the pace below which nothing brings a try forward. */
const hurry = 2_000

/** When the next try of an outage is due that fresh work brings forward; milliseconds since the epoch. */
export const hurriedAt = (triedAt: number, retryAt: number): number =>
  Math.min(retryAt, triedAt + hurry)

/** A refusal is asked after at the pace of the fetches, then every quarter of an hour. */
export const refusalBackoff = (fetchInterval: number | null): Backoff => ({
  base: fetchInterval ?? 60_000,
  longest: 900_000,
})

/**
 * Doubles with every attempt up to the bound, less up to a quarter by chance, so that machines
 * which failed together do not come back together.
 *
 * @param attempt 1 for the first failure
 * @param random in [0, 1)
 * @returns whole milliseconds, at least 1
 */
export const delayOf = ({ base, longest }: Backoff, attempt: number, random: number): number => {
  const full = Math.min(longest, base * 2 ** Math.min(attempt - 1, 30))
  return Math.max(1, Math.round(full * (1 - random / 4)))
}
