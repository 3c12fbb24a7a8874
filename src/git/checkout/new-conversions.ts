import { posix } from 'node:path'
import type { GitIndex } from '../git-objects.js'
import type { Repository } from '../repository.js'
import type { ConversionOf } from '../status/attributes.js'
import { conversionsOf } from '../status/attributes.js'
import type { TreeDelta } from '../tree/tree-changes.js'

const isAttributes = ({ path }: TreeDelta): boolean => posix.basename(path) === '.gitattributes'

/**
 * How new versions are written out. Attributes say it, and libgit2 reads them in the work tree alone: where some of them
 * are new themselves, they are not there yet, and git is asked.
 */
export const newConversions = async (
  repository: Repository,
  index: GitIndex,
  deltas: readonly TreeDelta[],
): Promise<ConversionOf> =>
  deltas.some(isAttributes)
    ? () => Promise.resolve({ kind: 'foreign', name: 'attributes' })
    : conversionsOf(repository, index)
