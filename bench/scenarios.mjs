import { edit } from './scenarios/edit.mjs'
import { fastForward } from './scenarios/fast-forward.mjs'
import { firstCommit } from './scenarios/first-commit.mjs'
import { once } from './scenarios/once.mjs'

/** A row each of what is to be known, in the order in which it is told. */
export const scenarios = [edit, firstCommit, fastForward, once]
