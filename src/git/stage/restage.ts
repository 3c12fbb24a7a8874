import type { RepoSettings } from '../../actors/settings.js'
import type { HeldIndex } from '../index/index-copy.js'
import { fileMode, indexFlag, libgit2, status } from '../libgit2.js'
import { entryOf } from '../index/index-entry.js'
import { forgetTree } from '../index/known-tree.js'
import type { Repository } from '../repository.js'
import { stage } from './stage.js'
import { unnameable } from '../status/status.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { Version } from '../tree/version.js'

const isFile = (entry: Version | null): entry is Version =>
  entry !== null && entry.mode !== fileMode.commit

/**
 * Stages changes anew whose objects are gone. What the index says of them would spare the look at the file, and the
 * trees that it remembers would not be written; so each goes back to what it was before. What was new stays known as
 * such (`git add -N`), or an ignore rule would hold it back.
 */
export const restage = async (
  repository: Repository,
  held: HeldIndex,
  deltas: readonly TreeDelta[],
  settings: RepoSettings,
): Promise<void> => {
  const { index } = held
  const { git } = repository
  const named = deltas.filter(({ path }) => !path.includes(unnameable))
  // First what is deleted: an entry may stand in the way of one below it.
  for (const { path, from, to } of named) {
    if (to !== null || !isFile(from)) continue
    await index.add(entryOf(path, from))
    await index.removeByPath(path)
  }
  const present = named.filter(({ to }) => isFile(to))
  const empty = (await libgit2.Blob.createFromBuffer(git, Buffer.alloc(0), 0)).tostrS()
  const intended = { oid: empty, mode: fileMode.file }
  for (const { path, from } of present) {
    const entry = isFile(from)
      ? entryOf(path, from)
      : { ...entryOf(path, intended), flagsExtended: indexFlag.intentToAdd }
    await index.add(entry)
  }
  // A tree of it may be gone, too.
  forgetTree(index)
  // The git program reads the file.
  await index.write()
  const edited = present.map(({ path }) => ({ path, flags: status.modified }))
  // It was guarded when it was staged first, and is again before it is committed.
  await stage(repository, held, edited, settings, null)
  await held.publish(named.map(({ path }) => path))
}
