import type { RunHelpers } from 'rxjs/testing'
import { TestScheduler } from 'rxjs/testing'
import { expect } from 'vitest'

/** A time that ends a diagram, or touches what is before it, is read as plain letters. */
const misread = /[^\s\d]\d+(?:ms|s|m)(?!\w)|\d(?:ms|s|m)\s*$/

const checked =
  <Arguments extends readonly unknown[], Result>(
    make: (diagram: string, ...others: Arguments) => Result,
  ) =>
  (diagram: string, ...others: Arguments): Result => {
    if (misread.test(diagram))
      throw new Error(`"${diagram}": put blanks around each time, and something after it`)
    return make(diagram, ...others)
  }

/** Runs in virtual time; diagrams that would be misread are refused. */
export const marbles = (test: (helpers: RunHelpers & { now: () => number }) => void): void => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  })
  scheduler.run((helpers) => {
    test({
      ...helpers,
      now: () => scheduler.now(),
      cold: checked(helpers.cold) as typeof helpers.cold,
      hot: checked(helpers.hot) as typeof helpers.hot,
    })
  })
}
