import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { GitRepository } from './git-objects.js'
import { libgit2, orNull } from './libgit2.js'
import { readConfig } from './repository.js'
import type { Repository } from './repository.js'

/** What libgit2 does not run, or not on what it takes for binary: the path must go through the git program. */
export interface ForeignFilter {
  /** `lfs`, another driver's name, `working-tree-encoding` or `ident`. */
  readonly name: string
}

/** A path's filter that libgit2 would leave out, if it has one. Asked within one operation; answers are remembered. */
export type FilterOf = (path: string) => Promise<ForeignFilter | null>

const speaksOfFilters = /\bfilter\b|working-tree-encoding|\bident\b|\[attr\]/

const read = async (file: string): Promise<boolean> =>
  speaksOfFilters.test(await readFile(file, 'latin1').catch(() => ''))

const foldersOf = (path: string): readonly string[] => {
  const parts = posix.dirname(path).split('/')
  return ['', ...parts.map((_, n) => parts.slice(0, n + 1).join('/')).filter((p) => p !== '.')]
}

/** libgit2's mark for an attribute that is set, without a value. */
const isSet = '[internal]__TRUE__'

const attributeOf = async (
  git: GitRepository,
  path: string,
  name: string,
): Promise<string | null> => orNull(libgit2.Attr.get(git, 0, path, name))

/** A value that names something; a mark names neither a driver nor an encoding. */
const namedBy = async (git: GitRepository, path: string, name: string): Promise<string | null> => {
  const value = await attributeOf(git, path, name)
  return value === null || value.startsWith('[internal]') ? null : value
}

/**
 * Asks libgit2 for the attributes only where an attributes file on the way to the path speaks of them:
 * look-ups for each of a hundred thousand files would cost more than staging them.
 *
 * @param isTracked whether the index has this path, for attributes files that are not in the work tree
 */
export const filtersOf = async (
  { git, workTree, commonDir }: Repository,
  isTracked: (path: string) => boolean,
): Promise<FilterOf> => {
  const config = await (await git.config()).snapshot()
  const home = process.env.HOME ?? ''
  const global =
    (await readConfig(config, 'core.attributesfile'))?.replace(/^~(?=\/)/, home) ??
    join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git', 'attributes')
  const everywhere = await Promise.all(
    [join(commonDir, 'info', 'attributes'), global, '/etc/gitattributes'].map(read),
  )
  if (everywhere.includes(true)) return (path) => ask(git, path)
  const folders = new Map<string, Promise<boolean>>()
  const speaks = async (folder: string): Promise<boolean> => {
    const file = posix.join(folder, '.gitattributes')
    return (await read(join(workTree, file))) || isTracked(file)
  }
  return async (path) => {
    for (const folder of foldersOf(path)) {
      const known = folders.get(folder) ?? speaks(folder)
      folders.set(folder, known)
      if (await known) return ask(git, path)
    }
    return null
  }
}

const ask = async (git: GitRepository, path: string): Promise<ForeignFilter | null> => {
  const filter = await namedBy(git, path, 'filter')
  if (filter !== null) return { name: filter }
  if ((await namedBy(git, path, 'working-tree-encoding')) !== null)
    return { name: 'working-tree-encoding' }
  return (await attributeOf(git, path, 'ident')) === isSet ? { name: 'ident' } : null
}
