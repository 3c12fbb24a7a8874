import { fileAt } from '../files/byte-name.js'
import { flushMany } from '../files/flush.js'
import { fileMode } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { Item } from './move.js'
import { renderedIn } from './render.js'

/**
 * The new versions, before one of them is put in place: what a power cut had made shorter would look like a person's
 * edit, and be committed.
 */
export const flushRendered = (repository: Repository, items: readonly Item[]): Promise<void> => {
  const rendered = renderedIn(repository)
  const files = items.flatMap(({ delta: { path, to }, found }) => {
    const isFile = to?.mode === fileMode.file || to?.mode === fileMode.executable
    return isFile && found.kind !== 'as-to' ? [fileAt(rendered, path)] : []
  })
  return flushMany(files, repository.ownDir)
}
