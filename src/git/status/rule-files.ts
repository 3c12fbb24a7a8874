import type { BigIntStats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { fileAt } from '../files/byte-name.js'
import { foldersOf } from '../files/folders.js'
import type { GitConfigSnapshot } from '../git-objects.js'
import { readConfig } from '../config.js'
import { failure, type GitFailure } from '../problem/problem.js'
import { meantNow, seenNow } from '../files/stat-now.js'

/** The folders whose rules apply to a path, from the work tree's own (`''`) on. A folder may end in a slash. */
export const ruleFoldersOf = (path: string): readonly string[] => [
  '',
  ...foldersOf(path.replace(/\/$/, '')),
]

export const ruleNames = ['.gitignore', '.gitattributes'] as const

/** What a file of rules in a work tree holds. A link is not followed by git, but is by libgit2. */
export type Rules =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'absent' | 'link' }

/** Bytes as characters; what cannot be read, or is no file, holds nothing. */
export const readRules = async (file: string | Buffer): Promise<string> =>
  meantNow(file)?.isFile() === true ? readFile(file, 'latin1').catch(() => '') : ''

/** The rules of the user for all their repositories. */
export const userRules = async (
  config: GitConfigSnapshot,
  kind: 'ignore' | 'attributes',
): Promise<string> => {
  const home = process.env.HOME ?? ''
  const key = kind === 'ignore' ? 'core.excludesfile' : 'core.attributesfile'
  return (
    (await readConfig(config, key))?.replace(/^~(?=\/)/, home) ??
    join(process.env.XDG_CONFIG_HOME ?? join(home, '.config'), 'git', kind)
  )
}

/** Whoever opens a FIFO or a device may wait for ever; what is never anything but empty is told by its number. */
const isEndless = (found: BigIntStats): boolean => {
  if (found.isFIFO() || found.isBlockDevice()) return true
  return found.isCharacterDevice() && found.rdev !== meantNow('/dev/null')?.rdev
}

/** What stands there; null where nothing does, or nobody may know. */
export const foundAt = (workTree: string, path: string): BigIntStats | null =>
  seenNow(fileAt(workTree, path))

/** Whether git and libgit2 would wait for what these rules say, for as long as it takes. */
export const isEndlessAt = (workTree: string, path: string): boolean => {
  const found = foundAt(workTree, path)
  return found !== null && isEndless(found)
}

/** What is told where rules are in no file. */
export const endless = (path: string): GitFailure =>
  failure(
    'unexpected',
    `${path} is a FIFO or a device: git waits for ever for what it says.`,
    `Remove or rename ${path}.`,
  )

/** The rules in a folder of the work tree. @throws GitFailure where they would have to be waited for */
export const rulesIn = async (
  workTree: string,
  folder: string,
  name: (typeof ruleNames)[number],
): Promise<Rules> => {
  const path = posix.join(folder, name)
  const found = foundAt(workTree, path)
  if (found?.isSymbolicLink() === true) return { kind: 'link' }
  if (found?.isFile() === true)
    return { kind: 'text', text: await readRules(fileAt(workTree, path)) }
  if (found !== null && isEndless(found)) throw endless(path)
  return { kind: 'absent' }
}
