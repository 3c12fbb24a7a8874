import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import type { Content } from './secret.js'
import { longestText } from './longest-text.js'

/** Neither follows a link nor waits for a FIFO. Windows has neither, and no such flags, which count as none. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** What a file of the work tree holds now; null where it is none that is looked at, or cannot be read. */
export const readFileAt = async (workTree: string, path: RepoPath): Promise<Content | null> => {
  const file = await open(fileAt(workTree, path), flags).catch(() => null)
  if (file === null) return null
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > longestText) return null
    return { path, bytes: await file.readFile() }
  } catch {
    return null
  } finally {
    await file.close()
  }
}
