import type { LimitFunction } from 'p-limit'
import pLimit from 'p-limit'

/** Questions of all repositories that are asked at the same time. Remotes that are silent hold up no disk. */
export interface Limits {
  readonly here: LimitFunction
  readonly there: LimitFunction
}

const atOnce = 24

export const limits = (): Limits => ({ here: pLimit(atOnce), there: pLimit(atOnce) })
