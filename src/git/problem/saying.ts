import type { ProblemKind } from '../../actors/problem.js'

/** Words, what they mean, and what a person can do where the kind alone does not tell. */
export type Saying = readonly [says: RegExp, kind: ProblemKind, remedy?: string]
