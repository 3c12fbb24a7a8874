const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

const rounded = (value) => Number(value.toPrecision(4))

/** Median and 90th percentile of what was measured. */
export const figuresOf = (samples) => {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { median: rounded(median), p90: rounded(at(sorted, 0.9)), samples: samples.map(rounded) }
}

/** How ours compares with each of the others in the same run. */
export const ratiosOf = (lanes) => {
  const ours = lanes.find(({ who }) => who === 'gitsync')
  if (ours === undefined) return {}
  const others = lanes.filter((lane) => lane !== ours && lane.median > 0)
  return Object.fromEntries(others.map(({ who, median }) => [who, rounded(ours.median / median)]))
}

/** Each goal beside what was seen. */
export const verdictOf = (goals, lanes) => {
  const ours = lanes.find(({ who }) => who === 'gitsync')
  const ratios = ratiosOf(lanes)
  return goals.map(({ against, most }) => {
    const seen = against === undefined ? ours?.median : ratios[against]
    return { ...(against === undefined ? {} : { against }), most, seen, met: seen <= most }
  })
}
