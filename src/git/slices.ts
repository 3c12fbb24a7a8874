/** Asked at the same time: enough that the next answer is there while the last one is taken. */
const slice = 32

/** Each of these with what is found out about it, in their order; a slice of them is asked about at the same time. */
export async function* inSlices<One, Found>(
  all: readonly One[],
  ask: (one: One) => Promise<Found>,
): AsyncGenerator<readonly [One, Found]> {
  for (let start = 0; start < all.length; start += slice)
    yield* await Promise.all(
      all.slice(start, start + slice).map(async (one) => [one, await ask(one)] as const),
    )
}
