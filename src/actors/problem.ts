/**
 * What can go wrong, classed by what it permits: another try, or a person.
 * A problem is a value; a thrown error is a bug and becomes `unexpected`.
 */

/** For a remote that is a work tree: it takes nothing for the branch that it is on. */
export const workTreeRemedy =
  'Push to a bare repository (git clone --bare), or there: git config receive.denyCurrentBranch updateInstead.'

/** For a disk that is full at the remote, where the server says so. */
export const roomThere = 'Free some space where the remote is, or have its quota raised.'

/** Of the work tree's side and passing: tried again with growing delays. */
export const passingKinds = ['locked', 'work-tree-moved'] as const

/** Of the remote's side and passing: local work goes on meanwhile. */
export const outageKinds = ['network', 'timeout'] as const

/** Of the remote's side, needing a person: local work goes on meanwhile. */
export const refusalKinds = [
  'authentication',
  'host-key',
  'certificate',
  'declined',
  'not-found',
] as const

/** Of the repository itself, needing a person: nothing is touched meanwhile. */
export const haltingKinds = [
  'detached-head',
  'wrong-branch',
  'operation-in-progress',
  'no-identity',
  'not-a-repository',
  'not-owner',
  'conflict',
  'root-emptied',
  'disk-full',
  'already-running',
  'unexpected',
] as const

export type PassingKind = (typeof passingKinds)[number]
export type OutageKind = (typeof outageKinds)[number]
export type RefusalKind = (typeof refusalKinds)[number]
export type HaltingKind = (typeof haltingKinds)[number]
export type ProblemKind = PassingKind | OutageKind | RefusalKind | HaltingKind

/** An expected failure: its kind, what was seen, and what a person can do about it. */
export interface Problem<Kind extends ProblemKind = ProblemKind> {
  readonly kind: Kind
  readonly message: string
  readonly remedy: string
}

export type ProblemClass = 'passing' | 'outage' | 'refusal' | 'halting'

const classes: Readonly<Record<ProblemKind, ProblemClass>> = {
  locked: 'passing',
  'work-tree-moved': 'passing',
  network: 'outage',
  timeout: 'outage',
  authentication: 'refusal',
  'host-key': 'refusal',
  certificate: 'refusal',
  declined: 'refusal',
  'not-found': 'refusal',
  'detached-head': 'halting',
  'wrong-branch': 'halting',
  'operation-in-progress': 'halting',
  'no-identity': 'halting',
  'not-a-repository': 'halting',
  'not-owner': 'halting',
  conflict: 'halting',
  'root-emptied': 'halting',
  'disk-full': 'halting',
  'already-running': 'halting',
  unexpected: 'halting',
}

/** What a problem permits: `passing` and `outage` are tried again, `refusal` and `halting` wait for a person. */
export const classOf = (problem: Problem): ProblemClass => classes[problem.kind]
