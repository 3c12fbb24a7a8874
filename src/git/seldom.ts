import type { Backoff } from '../actors/backoff.js'
import { delayOf } from '../actors/backoff.js'
import type { GitRepository } from './git-objects.js'
import { failure, GitFailure } from './problem/problem.js'
import type { Repository } from './repository.js'

/** What a program of the owner's refused: it waits for a person, or for another question. */
class Refusal extends GitFailure {}

/** The failure to throw. */
export const refusal = (message: string, remedy: string): GitFailure =>
  new Refusal(failure('unexpected', message, remedy).problem)

/** A program that refused is asked after at this pace: it may take long, or open a window, and a person has been told. */
export const pace: Backoff = { base: 30_000, longest: 900_000 }

interface Remembered {
  readonly about: string
  readonly refusal: Refusal
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly until: number
}

/** By what was asked; it lasts as long as the repository is open, so that a change of its configuration ends it. */
const refusals = new WeakMap<GitRepository, Map<string, Remembered>>()

/** As often as a person says so: nothing is remembered any more. */
export const askAnew = ({ git }: Pick<Repository, 'git'>): void => {
  refusals.delete(git)
}

/**
 * Does what asks programs of the owner's. What one of them refused is done again, about the same thing, after a growing
 * delay only; in between the refusal stands. A halted repository is looked at again with every trigger, however soon
 * they come.
 *
 * @param about another thing is done at once
 */
export const seldom = async <T>(
  { git }: Pick<Repository, 'git'>,
  what: string,
  about: string,
  ask: () => Promise<T>,
  now: () => number = Date.now,
): Promise<T> => {
  const known = refusals.get(git) ?? new Map<string, Remembered>()
  refusals.set(git, known)
  const last = known.get(what)
  const before = last?.about === about ? last : undefined
  if (before !== undefined && now() < before.until) throw before.refusal
  try {
    const answer = await ask()
    known.delete(what)
    return answer
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const attempts = (before?.attempts ?? 0) + 1
    const until = now() + delayOf(pace, attempts, Math.random())
    known.set(what, { about, refusal: error, attempts, until })
    throw error
  }
}
