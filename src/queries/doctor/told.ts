import type { Problem } from '../../actors/problem.js'
import { failure, problemOf } from '../../git/problem/problem.js'

/** What a question came to: an answer, or the problem that was in its way. */
export type Told<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** Milliseconds that a question may take, whatever it waits for. */
export const patience = 12_000

/** Asks, and waits for the answer no longer than that: a disk of the network may be silent as well. */
export const told = async <T>(
  ask: () => Promise<T>,
  bound: number = patience,
): Promise<Told<T>> => {
  const late = failure('timeout', `There was no answer within ${String(bound / 1000)} s`)
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late)
    }, bound)
  })
  try {
    return { kind: 'answer', value: await Promise.race([ask(), silence]) }
  } catch (error) {
    return { kind: 'problem', problem: problemOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** The answer, or this where there was none. */
export const orElse = <T, Other>(answer: Told<T>, other: Other): T | Other =>
  answer.kind === 'answer' ? answer.value : other
