import type { Oid } from '../../actors/outcome.js'
import type { GitOdb } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Version } from './version.js'

/** An entry of a tree object, which holds them one after the other: mode in octal, a space, the name, a zero, the oid. */
export interface StoredEntry extends Version {
  /** Its bytes, one a character. */
  readonly name: string
  /** By which git sorts: a folder as if its name ended in a slash. */
  readonly key: string
}

/** Of a tree that git would never write. */
const damaged = (): Error => new Error('object is corrupted - a tree that cannot be read')

/** GIT_OBJECT_TREE. */
const treeType = 2

/** Bytes of an oid. */
const oidLength = 20

const [space, zero] = [0x20, 0]

/**
 * The tree object as it is stored. nodegit copies memory in a method of its blobs alone; elsewhere node warns of how.
 *
 * @throws Error where it is missing, in libgit2's words, which are known for what they mean
 */
export const readStored = async (objects: GitOdb, oid: Oid): Promise<Buffer> => {
  const object = await objects.read(libgit2.Oid.fromString(oid))
  if (object?.type() !== treeType) throw new Error(`object not found - no match for id (${oid})`)
  const size = object.size()
  if (size === 0) return Buffer.alloc(0)
  return libgit2.Blob.prototype.content.call({
    rawcontent: () => object.data(),
    rawsize: () => size,
  })
}

/** Where the entry ends that begins there. @throws Error */
const endOf = (tree: Buffer, at: number): number => {
  const end = tree.indexOf(zero, at) + 1 + oidLength
  if (end <= at + oidLength || end > tree.length) throw damaged()
  return end
}

/** Which of two entries git has first: below zero the one, above it the other, zero for two at the same place. */
const orderOf = (a: StoredEntry | null, b: StoredEntry | null): number => {
  if (a === null || b === null) return a === null ? 1 : -1
  if (a.key === b.key) return 0
  return a.key < b.key ? -1 : 1
}

export const isFolder = ({ mode }: Version): boolean => (mode & 0o170000) === fileMode.tree

const entryIn = (tree: Buffer, at: number, end: number): StoredEntry => {
  const [nameAt, nameEnd] = [tree.indexOf(space, at) + 1, end - oidLength - 1]
  const octal = tree.toString('latin1', at, nameAt - 1)
  if (nameAt <= at || nameAt >= nameEnd || !/^[0-7]{5,6}$/.test(octal)) throw damaged()
  const name = tree.toString('latin1', nameAt, nameEnd)
  const version = { mode: Number.parseInt(octal, 8), oid: tree.toString('hex', nameEnd + 1, end) }
  return { ...version, name, key: isFolder(version) ? `${name}/` : name }
}

/** What stands at one place of two trees; never null on both sides. */
export interface Unlike {
  readonly from: StoredEntry | null
  readonly to: StoredEntry | null
}

/**
 * The entries that two trees do not have alike, in git's order; null for each that is the same, of which there may be a
 * hundred thousand, so that who reads can make room for others. @throws Error where an entry is none
 */
export function* unlikeIn(from: Buffer, to: Buffer): Generator<Unlike | null> {
  let [a, b] = [0, 0]
  while (a < from.length || b < to.length) {
    const aEnd = a < from.length ? endOf(from, a) : a
    const bEnd = b < to.length ? endOf(to, b) : b
    if (aEnd - a === bEnd - b && from.compare(to, b, bEnd, a, aEnd) === 0) {
      ;[a, b] = [aEnd, bEnd]
      yield null
      continue
    }
    const old = aEnd > a ? entryIn(from, a, aEnd) : null
    const fresh = bEnd > b ? entryIn(to, b, bEnd) : null
    const order = orderOf(old, fresh)
    if (order <= 0) a = aEnd
    if (order >= 0) b = bEnd
    yield { from: order <= 0 ? old : null, to: order >= 0 ? fresh : null }
  }
}

/** All entries, in git's order. @throws Error where one is none */
export const entriesIn = (tree: Buffer): readonly StoredEntry[] => {
  const entries: StoredEntry[] = []
  for (let at = 0; at < tree.length;) {
    const end = endOf(tree, at)
    entries.push(entryIn(tree, at, end))
    at = end
  }
  return entries
}
