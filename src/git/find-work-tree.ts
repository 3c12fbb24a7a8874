import { realpath } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import fs from 'fs-extra'
import type { RepoPath } from '../actors/outcome.js'
import { refuseNoEntry } from './no-entry.js'
import { failure } from './problem/problem.js'

export interface Place {
  /** Absolute, with links followed, as the settings have it. */
  readonly workTree: string
  /** Empty for the work tree itself. */
  readonly path: RepoPath
}

/** The real folder of a path of which the last parts need not be there any more. */
const realFolder = async (folder: string): Promise<string> => {
  const found = await realpath(folder).catch(() => null)
  if (found !== null) return found
  const parent = dirname(folder)
  return parent === folder ? folder : join(await realFolder(parent), relative(parent, folder))
}

/** Where git keeps a file or folder that a person names, also one that was deleted. A link is itself. @throws GitFailure */
export const findWorkTree = async (named: string): Promise<Place> => {
  const given = resolve(named)
  const isFolder = (await fs.lstat(given).catch(() => null))?.isDirectory() === true
  const place = isFolder
    ? await realFolder(given)
    : join(await realFolder(dirname(given)), relative(dirname(given), given))
  for (let folder = isFolder ? place : dirname(place); ; folder = dirname(folder)) {
    if (await fs.pathExists(join(folder, '.git'))) {
      refuseNoEntry(join(folder, '.git'))
      return { workTree: folder, path: relative(folder, place).split(sep).join('/') }
    }
    if (folder === dirname(folder)) break
  }
  refuseNoEntry(given)
  throw failure('not-a-repository', `${given} is in no git work tree.`)
}
