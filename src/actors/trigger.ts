import type { Trigger } from './outcome.js'

/** From the weakest to the strongest: a stronger one does all that a weaker one does. */
const ranked: readonly Trigger[] = [
  'worktree-changed',
  'rescan',
  'fetch-due',
  'retry',
  'startup',
  'manual',
]

/** Two triggers in one: what either asks for is done. */
export const stronger = (a: Trigger, b: Trigger): Trigger =>
  ranked.indexOf(a) >= ranked.indexOf(b) ? a : b

/** Whether a cycle begun by this asks the remote even with nothing to push. */
export const asksRemote: Readonly<Record<Trigger, boolean>> = {
  'worktree-changed': false,
  rescan: false,
  'fetch-due': true,
  retry: true,
  startup: true,
  manual: true,
}
