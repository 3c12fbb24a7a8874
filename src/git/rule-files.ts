import { lstat, readFile } from 'node:fs/promises'
import { posix } from 'node:path'
import { fileAt } from './byte-name.js'

/** The folders on the way to a path, from the work tree's own (`''`) on. */
export const foldersOf = (path: string): readonly string[] => {
  const parts = posix.dirname(path).split('/')
  return ['', ...parts.map((_, n) => parts.slice(0, n + 1).join('/')).filter((p) => p !== '.')]
}

/** What a file of rules in a work tree holds. A link is not followed by git, but is by libgit2. */
export type Rules =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'absent' | 'link' }

/** Bytes as characters; what cannot be read holds nothing. */
export const readRules = async (file: string | Buffer): Promise<string> =>
  readFile(file, 'latin1').catch(() => '')

/** The rules in a folder of the work tree. */
export const rulesIn = async (
  workTree: string,
  folder: string,
  name: '.gitattributes' | '.gitignore',
): Promise<Rules> => {
  const file = fileAt(workTree, posix.join(folder, name))
  const found = await lstat(file).catch(() => null)
  if (found === null) return { kind: 'absent' }
  if (found.isSymbolicLink()) return { kind: 'link' }
  return { kind: 'text', text: await readRules(file) }
}
