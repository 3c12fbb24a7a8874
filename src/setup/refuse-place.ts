import { dirname, relative, sep } from 'node:path'
import { realpathSync } from 'node:fs'
import type { Surroundings } from '../git/program/surroundings.js'
import { RefusalError } from './outcome.js'

/** What may become a work tree, or is one. */
export type Place = Exclude<Surroundings, { readonly kind: 'file' | 'bare' | 'inside' }>

const contains = (folder: string, path: string): boolean => {
  const below = relative(folder, path)
  return below !== '..' && !below.startsWith(`..${sep}`)
}

const realHome = (home: string): string => {
  try {
    return realpathSync(home)
  } catch {
    return home
  }
}

/** The name that a pattern of an ignore file begins at its top with. */
const patternOf = (top: string, path: string): string =>
  `/${relative(top, path).split(sep).join('/')}/`

/** @throws RefusalError where this place would surprise, before anything is touched */
export const refusePlace = (found: Surroundings, home: string): Place => {
  const { path } = found
  if (dirname(path) === path || contains(path, realHome(home)))
    throw new RefusalError(
      'home-folder',
      `${path} holds ${dirname(path) === path ? 'the whole system' : 'your home'}: keys, caches and the settings of every program would be published.`,
      `Name a folder in it, such as ${realHome(home)}${sep}Notes.`,
    )
  switch (found.kind) {
    case 'file':
      throw new RefusalError(
        'not-a-folder',
        `${path} is a file, or below one.`,
        'Name a folder; it is made if it is not there.',
      )
    case 'bare':
      throw new RefusalError(
        'bare-repository',
        `${path} is a bare repository or inside of a git directory; there are no files to sync.`,
        'Name a folder of its own, and this one as its remote: gitsync clone REPOSITORY PATH.',
      )
    case 'inside':
      throw new RefusalError(
        'inside-repository',
        `${path} is inside of the repository ${found.top}, which would have it in two histories.`,
        `Sync ${found.top} as a whole, choose a place outside, or let that one ignore it: add ${patternOf(found.top, path)} to its .gitignore.`,
      )
    case 'absent':
    case 'empty':
    case 'files':
    case 'repository':
      return found
    default:
      return found satisfies never
  }
}
