import type { RepoPath } from '../../actors/outcome.js'

/**
 * A path relative to the root with one character per byte, so that names which are not UTF-8 survive
 * as keys of a map. The root itself is the empty string.
 */
export type BytePath = string

export const rootPath: BytePath = ''

export const bytePathOf = (bytes: Buffer): BytePath => bytes.toString('latin1')

export const bytesOf = (path: BytePath): Buffer => Buffer.from(path, 'latin1')

/** What people and git call it; a name that is not UTF-8 shows the replacement character. */
export const repoPathOf = (path: BytePath): RepoPath => bytesOf(path).toString('utf8')

export const childOf = (directory: BytePath, name: string): BytePath =>
  directory === rootPath ? name : `${directory}/${name}`

/** The root is its own parent. */
export const parentOf = (path: BytePath): BytePath =>
  path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const nameOf = (path: BytePath): string => path.slice(path.lastIndexOf('/') + 1)
