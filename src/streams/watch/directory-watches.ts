import fs from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { type BytePath, bytePathOf, bytesOf, childOf, parentOf, rootPath } from './byte-path.js'
import { codeOf } from '../system-error.js'
import { directoryIdentity } from './identity.js'

interface Held {
  readonly watcher: FSWatcher
  readonly identity: string
  readonly below: Set<BytePath>
}

/** What a watch tells: `name` is null where the system gave none. */
export interface DirectoryListener {
  event(directory: BytePath, type: string, name: string | null): void
  error(error: Error): void
}

/** `refused`: there is a directory, but it may not be read. */
export type Opening = 'opened' | 'absent' | 'refused'

/**
 * The watches of one work tree: one handle per directory, never recursive, in a tree so that a
 * subtree is dropped at the cost of that subtree.
 */
export class DirectoryWatches {
  readonly #root: Buffer
  readonly #listener: DirectoryListener
  readonly #held = new Map<BytePath, Held>()

  constructor(root: string, listener: DirectoryListener) {
    this.#root = Buffer.from(root)
    this.#listener = listener
  }

  get size(): number {
    return this.#held.size
  }

  has(directory: BytePath): boolean {
    return this.#held.has(directory)
  }

  /** The watched directories right below this one. */
  below(directory: BytePath): readonly BytePath[] {
    return [...(this.#held.get(directory)?.below ?? [])]
  }

  /** What is at this path now, and whether the watch held for it is for another one. */
  compare(path: BytePath): 'no-directory' | 'unwatched' | 'same' | 'replaced' {
    const identity = directoryIdentity(this.absolute(path))
    if (identity === null) return 'no-directory'
    const held = this.#held.get(path)
    if (held === undefined) return 'unwatched'
    return held.identity === identity ? 'same' : 'replaced'
  }

  /** Watches a directory, anew if it is watched. Throws where the system has no more watches. */
  open(directory: BytePath): Opening {
    // Below a directory that was dropped meanwhile, or that is a symbolic link now.
    if (directory !== rootPath && !this.#held.has(parentOf(directory))) return 'absent'
    const path = this.absolute(directory)
    const identity = directoryIdentity(path)
    const watcher = identity === null ? 'absent' : this.#watch(directory, path)
    const held = this.#held.get(directory)
    if (identity === null || typeof watcher === 'string') {
      this.drop(directory)
      return watcher === 'refused' ? 'refused' : 'absent'
    }
    // The new handle is open before the old one is closed: the kernel keeps one watch per inode.
    if (held?.identity === identity) held.watcher.close()
    else this.drop(directory)
    const below = held?.identity === identity ? held.below : new Set<BytePath>()
    this.#held.set(directory, { watcher, identity, below })
    if (directory !== rootPath) this.#held.get(parentOf(directory))?.below.add(directory)
    return 'opened'
  }

  /** Closes the watches of a directory and of all below it. */
  drop(directory: BytePath): void {
    this.#held.get(parentOf(directory))?.below.delete(directory)
    const doomed = [directory]
    // Bounded by the number of watches: each is deleted as it is met.
    for (let next = doomed.pop(); next !== undefined; next = doomed.pop()) {
      const held = this.#held.get(next)
      if (held === undefined) continue
      held.watcher.close()
      this.#held.delete(next)
      doomed.push(...held.below)
    }
  }

  close(): void {
    this.drop(rootPath)
  }

  absolute(path: BytePath): Buffer {
    return path === rootPath ? this.#root : Buffer.concat([this.#root, bytesOf(`/${path}`)])
  }

  #watch(directory: BytePath, path: Buffer): FSWatcher | 'absent' | 'refused' {
    try {
      const watcher = fs.watch(path, { encoding: 'buffer' })
      watcher.on('change', (type: string, name: Buffer | null) => {
        this.#listener.event(directory, type, name === null ? null : bytePathOf(name))
      })
      watcher.on('error', (error) => {
        this.#listener.error(error)
      })
      return watcher
    } catch (error) {
      return this.#excuse(directory, error)
    }
  }

  #excuse(directory: BytePath, error: unknown): 'absent' | 'refused' {
    if (directory === rootPath) throw error
    switch (codeOf(error) ?? '') {
      case 'ENOENT':
      case 'ENOTDIR':
      case 'ELOOP':
        return 'absent'
      case 'EACCES':
      case 'EPERM':
      case 'ENAMETOOLONG':
        return 'refused'
      default:
        throw error
    }
  }

  /** The directories in this one, by name; null where it cannot be listed. */
  list(directory: BytePath): ReadonlySet<BytePath> | null {
    try {
      const entries = fs.readdirSync(this.absolute(directory), {
        withFileTypes: true,
        encoding: 'buffer',
      })
      return new Set(
        entries
          .filter((entry) => entry.isDirectory())
          .map((entry) => childOf(directory, bytePathOf(entry.name))),
      )
    } catch (error) {
      this.#excuse(directory, error)
      return null
    }
  }
}
