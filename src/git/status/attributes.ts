import { join, posix } from 'node:path'
import type { GitConfigSnapshot, GitIndex, GitRepository } from '../git-objects.js'
import { libgit2, orNull } from '../libgit2.js'
import { configOf, readConfig } from '../config.js'
import type { Repository } from '../repository.js'
import { readRules, ruleFoldersOf, rulesIn, userRules } from './rule-files.js'

/** What happens to the bytes of a file on their way between the work tree and its blob. */
export type Conversion =
  /** Nothing: no attribute and no setting speaks of it. */
  | { readonly kind: 'none' }
  /** At most what libgit2 does as git does: line ends. */
  | { readonly kind: 'built-in' }
  /**
   * What libgit2 does not run, or not on what it takes for binary: the path must go through the git program. Its name is
   * `lfs`, another driver's, `working-tree-encoding`, `ident`, or `attributes` that only git reads right.
   */
  | { readonly kind: 'foreign'; readonly name: string }

/** What happens to a path's bytes. Asked within one operation; answers are remembered. */
export type ConversionOf = (path: string) => Promise<Conversion>

/** Who must be asked about a path: nobody where no file speaks of its bytes, and none of its filters where line ends alone. */
type Asked = 'nobody' | 'line-ends' | 'libgit2' | 'git'

/** A quoted pattern, or a negative one, which git leaves out: libgit2 takes both otherwise. */
const isOdd = (text: string): boolean => /^\s*["!]/m.test(text)

const speaksOfFilters = /\bfilter\b|working-tree-encoding|\bident\b|\[attr\]/

const speaksOfLineEnds = /\btext\b|\beol\b|\bcrlf\b|\bbinary\b/

const askedFor = (text: string): Asked => {
  if (isOdd(text)) return 'git'
  if (speaksOfFilters.test(text)) return 'libgit2'
  return speaksOfLineEnds.test(text) ? 'line-ends' : 'nobody'
}

const laxestFirst: readonly Asked[] = ['nobody', 'line-ends', 'libgit2', 'git']

const strictest = (asked: readonly Asked[]): Asked =>
  laxestFirst.findLast((one) => asked.includes(one)) ?? 'nobody'

/** What settings ask of every file. */
const askedBySettings = async (config: GitConfigSnapshot): Promise<Asked> => {
  const lineEnds = await readConfig(config, 'core.autocrlf')
  return lineEnds === null || lineEnds === 'false' ? 'nobody' : 'line-ends'
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
 * @param index for attributes files that are not in the work tree
 */
export const conversionsOf = async (
  { git, workTree, commonDir }: Repository,
  index: GitIndex,
): Promise<ConversionOf> => {
  const config = await configOf(git)
  const global = await userRules(config, 'attributes')
  const files = [join(commonDir, 'info', 'attributes'), global, '/etc/gitattributes']
  const [bySettings, ...rules] = await Promise.all([
    askedBySettings(config),
    ...files.map(readRules),
  ])
  const everywhere = strictest([bySettings, ...rules.map(askedFor)])
  const folders = new Map<string, Promise<Asked>>()
  const askedIn = async (folder: string): Promise<Asked> => {
    const rules = await rulesIn(workTree, folder, '.gitattributes')
    switch (rules.kind) {
      case 'text':
        return askedFor(rules.text)
      case 'link':
        return 'git'
      case 'absent':
        return index.getByPath(posix.join(folder, '.gitattributes')) === undefined
          ? 'nobody'
          : 'libgit2'
      default:
        return rules satisfies never
    }
  }
  return async (path) => {
    const onTheWay = ruleFoldersOf(path).map((folder) => {
      const known = folders.get(folder) ?? askedIn(folder)
      folders.set(folder, known)
      return known
    })
    const asked = strictest([everywhere, ...(await Promise.all(onTheWay))])
    switch (asked) {
      case 'nobody':
        return { kind: 'none' }
      case 'line-ends':
        return { kind: 'built-in' }
      case 'libgit2':
        return ask(git, path)
      case 'git':
        return foreign('attributes')
      default:
        return asked satisfies never
    }
  }
}

const foreign = (name: string): Conversion => ({ kind: 'foreign', name })

const ask = async (git: GitRepository, path: string): Promise<Conversion> => {
  const filter = await namedBy(git, path, 'filter')
  if (filter !== null) return foreign(filter)
  if ((await namedBy(git, path, 'working-tree-encoding')) !== null)
    return foreign('working-tree-encoding')
  return (await attributeOf(git, path, 'ident')) === isSet ? foreign('ident') : { kind: 'built-in' }
}
