import { edit } from './scenarios/edit.mjs'
import { fastForward } from './scenarios/fast-forward.mjs'
import { firstCommit } from './scenarios/first-commit.mjs'
import { loop } from './scenarios/loop.mjs'
import { once } from './scenarios/once.mjs'
import { descriptors, memory, processor } from './scenarios/rest.mjs'
import { start } from './scenarios/start.mjs'
import { travel } from './scenarios/travel.mjs'
import { watch } from './scenarios/watch.mjs'

/** A row each of what is to be known, in the order in which it is told. */
export const scenarios = [
  edit,
  travel,
  firstCommit,
  fastForward,
  once,
  start,
  watch,
  memory,
  descriptors,
  processor,
  loop,
]
