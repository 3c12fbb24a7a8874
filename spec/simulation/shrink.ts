import type { Plan } from './plan.js'

/** The plan without what its failure does not need: halves of its steps are left out, then ever smaller parts. */
export const shrink = (plan: Plan, fails: (plan: Plan) => boolean): Plan => {
  let least = plan
  for (let size = Math.ceil(plan.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < least.steps.length;) {
      const steps = [...least.steps.slice(0, start), ...least.steps.slice(start + size)]
      const smaller: Plan = { ...least, steps }
      if (fails(smaller)) least = smaller
      else start += size
    }
  }
  return least
}
