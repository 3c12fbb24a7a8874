import { readdir } from 'node:fs/promises'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt, pathOf, shownPath } from '../files/byte-name.js'
import { orAbsent } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import type { HeldBack } from '../stage/held-back.js'

/** What our own rules hold back below a folder, a folder that they name as a whole as one: relative to the folder. */
export const heldBelow = async (
  repository: Repository,
  heldBack: HeldBack,
  folder: RepoPath,
): Promise<readonly RepoPath[]> => {
  const isHeld = (path: RepoPath): boolean => heldBack(shownPath(`${folder}/${path}`)) !== null
  const found: RepoPath[] = []
  const look = async (inner: string): Promise<void> => {
    const place = fileAt(repository.workTree, `${folder}/${inner}`)
    const options = { withFileTypes: true, encoding: 'buffer' } as const
    const entries = (await orAbsent(readdir(place, options))) ?? []
    // No commit takes up what is in a repository of its own.
    if (entries.some(({ name }) => name.toString() === '.git')) return
    for (const entry of entries) {
      const path = `${inner}${pathOf(entry.name)}${entry.isDirectory() ? '/' : ''}`
      if (isHeld(path)) found.push(path)
      else if (entry.isDirectory()) await look(path)
    }
  }
  await look('')
  return found
}
