/**
 * Lets every lane do the same work in turn, another one first each time, so that a busy machine is as busy for all.
 *
 * @param lanes each `{ who, round, leave }`; `round(n)` does the n-th piece of work and gives its figure
 * @param warmUp rounds whose figures are dropped
 */
export const interleave = async (lanes, rounds, warmUp) => {
  const samples = new Map(lanes.map(({ who }) => [who, []]))
  try {
    for (let n = 0; n < rounds + warmUp; n += 1) {
      const first = n % lanes.length
      for (const { who, round } of [...lanes.slice(first), ...lanes.slice(0, first)]) {
        const figure = await round(n)
        if (n >= warmUp) samples.get(who).push(figure)
      }
    }
  } finally {
    for (const { leave } of lanes) await leave?.()
  }
  return [...samples].map(([who, figures]) => ({ who, samples: figures }))
}
