import { hostname, userInfo } from 'node:os'
import type { GitSignature } from '../git-objects.js'
import type { MessageFacts, TreeChange } from '../message/message.js'
import type { TreeDelta } from '../tree/tree-changes.js'

/** Empty where the user has no entry in the system's table, as in many containers. */
const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? ''
  }
}

const kindOf = ({ from, to }: TreeDelta): TreeChange['kind'] =>
  from === null ? 'added' : to === null ? 'deleted' : 'modified'

/** What the message of a commit may name. */
export const factsOf = (
  branch: string,
  committer: GitSignature,
  deltas: readonly TreeDelta[],
): MessageFacts => ({
  host: hostname(),
  user: userName(),
  date: new Date(committer.when().time() * 1000).toISOString(),
  branch,
  changes: deltas.map((delta) => ({ kind: kindOf(delta), path: delta.path })),
})
