import { setImmediate } from 'node:timers/promises'

/** Asked at the same time: enough that the next answer is there while the last one is taken. */
const slice = 32

/**
 * Each of these with what is found out about it, in their order; a slice of them is asked about at the same time, and
 * the event loop turns between two.
 */
export async function* inSlices<One, Found>(
  all: readonly One[],
  ask: (one: One) => Found | Promise<Found>,
): AsyncGenerator<readonly [One, Found]> {
  for (let start = 0; start < all.length; start += slice) {
    if (start > 0) await setImmediate()
    const turn = all.slice(start, start + slice).map(async (one) => [one, await ask(one)] as const)
    // Where one fails, none of the others is at work any more when that is told.
    await Promise.allSettled(turn)
    yield* await Promise.all(turn)
  }
}

/** Asks about all of them, where the answers are nothing to keep. */
export const toEnd = async (answers: AsyncGenerator): Promise<void> => {
  for (let one = await answers.next(); one.done !== true; one = await answers.next());
}
