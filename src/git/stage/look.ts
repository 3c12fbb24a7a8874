import { accessSync, constants, lstatSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileAt } from '../files/byte-name.js'
import { hasCode } from '../problem/error-code.js'
import { statNow } from '../files/stat-now.js'

/** What stands at a path, before libgit2 is let near it: it would follow links and wait for ever on a FIFO. */
export type Look =
  | { readonly kind: 'file'; readonly size: number }
  | { readonly kind: 'link' }
  | { readonly kind: 'folder' }
  | { readonly kind: 'unreadable' }
  /** Nothing, or a device, a socket, a FIFO; or something else than a folder on the way to it. */
  | { readonly kind: 'absent' | 'special' }

/**
 * Whether a folder of the work tree is one, and all on the way to it: behind a link lies what is no part of the work
 * tree, however much it looks like it. Answers are remembered, within one operation.
 */
export const realFoldersIn = (workTree: string): ((folder: string) => boolean) => {
  const folders = new Map<string, boolean>([['.', true]])

  const isRealFolder = (folder: string): boolean => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const found =
      isRealFolder(posix.dirname(folder)) &&
      statNow(fileAt(workTree, folder))?.isDirectory() === true
    folders.set(folder, found)
    return found
  }
  return isRealFolder
}

/** Looks within one operation; what is known of the folders on the way is remembered. */
export const lookIn = (workTree: string): ((path: string) => Look) => {
  const isRealFolder = realFoldersIn(workTree)
  return (path) => {
    try {
      if (!isRealFolder(posix.dirname(path))) return { kind: 'absent' }
      const file = join(workTree, path)
      // To hand it to a thread would take longer than the look.
      const found = lstatSync(file, { throwIfNoEntry: false })
      if (found === undefined) return { kind: 'absent' }
      if (found.isSymbolicLink()) return { kind: 'link' }
      if (found.isDirectory()) return { kind: 'folder' }
      if (!found.isFile()) return { kind: 'special' }
      accessSync(file, constants.R_OK)
      return { kind: 'file', size: found.size }
    } catch (error) {
      if (hasCode(error, 'EACCES')) return { kind: 'unreadable' }
      if (hasCode(error, 'ENOENT')) return { kind: 'absent' }
      throw error
    }
  }
}
