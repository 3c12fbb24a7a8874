import type { MarkedStep } from '../../src/git/step-mark.js'

const at: { step: (step: MarkedStep) => void } = { step: () => undefined }

/** What a spec mocks `src/git/step-mark.ts` with. This file must not import it: it would wait for itself. */
export const markedSteps = {
  markStep: (step: MarkedStep): void => {
    at.step(step)
  },
}

/** Does this once, at that boundary of a step. */
export const onceAt = (wanted: MarkedStep, disturb: () => void): void => {
  at.step = (step) => {
    if (step !== wanted) return
    forgetSteps()
    disturb()
  }
}

/** After each test. */
export const forgetSteps = (): void => {
  at.step = () => undefined
}
