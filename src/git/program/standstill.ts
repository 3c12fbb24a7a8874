import type { GitFailure } from '../problem/problem.js'
import type { Doubt } from './git-program.js'
import { workOf } from './group-work.js'

interface Patience {
  /** Milliseconds after which it is looked at for the first time; then after twice as many each time. */
  readonly after: number
  /** Milliseconds that it is given at most, however busy. */
  readonly longest: number
  readonly failureOf: (why: 'stands still' | 'takes too long') => GitFailure
}

/** Gives git up that did nothing between two looks, nor any program that it runs. */
export const atStandstill = ({ after, longest, failureOf }: Patience): Doubt => {
  let before: number | null = null
  return {
    after,
    reason: async (elapsed, pid) => {
      const work = await workOf(pid)
      if (work !== null && work === before) return failureOf('stands still')
      before = work
      return elapsed < longest ? null : failureOf('takes too long')
    },
  }
}
