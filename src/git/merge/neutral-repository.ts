import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { GitIndex, GitOdb, GitRepository, GitTree } from '../git-objects.js'
import { entryOf } from '../index/index-entry.js'
import { fileMode, libgit2, orNull } from '../libgit2.js'
import { renameLimits } from './renames.js'
import type { Repository } from '../repository.js'

/** GIT_MERGE_FIND_RENAMES */
const findRenames = 1

/** How libgit2 merges; each of these stands for a setting that it would else read from the machine. */
export const mergeOptions = {
  flags: findRenames,
  renameThreshold: renameLimits.threshold,
  targetLimit: renameLimits.files,
  defaultDriver: 'text',
} as const

/**
 * What git itself goes by holds of both sides: a rule of the version that loses a conflict would be followed by nobody,
 * and let out what its owner keeps at home. They come first, so that a rule of the owner's own is the last word.
 */
const united = ['.gitignore', '.gitattributes', '.gitmodules'].map(
  (name) => `${name} merge=union\n`,
)

const attributes = '.gitattributes'

/** A loose object, as `git help repository-layout` has it. @returns its name */
const writeBlob = async (folder: string, text: Buffer): Promise<string> => {
  const bytes = Buffer.concat([Buffer.from(`blob ${String(text.length)}\0`), text])
  const oid = createHash('sha1').update(bytes).digest('hex')
  await mkdir(join(folder, oid.slice(0, 2)), { recursive: true })
  await writeFile(join(folder, oid.slice(0, 2), oid.slice(2)), deflateSync(bytes))
  return oid
}

/** The attributes lie beside the objects of the repository, of which they are none. */
const uniteRules = async (
  { git, ownDir }: Repository,
  odb: GitOdb,
  index: GitIndex,
): Promise<void> => {
  const own = index.getByPath(attributes)
  const blob = own === undefined ? null : await orNull(libgit2.Blob.lookup(git, own.id))
  const text = Buffer.concat([Buffer.from(united.join('')), blob?.content() ?? Buffer.alloc(0)])
  const folder = join(ownDir, 'rules')
  await rm(folder, { recursive: true, force: true })
  const oid = await writeBlob(folder, text)
  odb.addDiskAlternate(folder)
  await index.add(entryOf(attributes, { oid, mode: fileMode.file }))
}

/**
 * The objects of a repository without its configuration, its `info/attributes` and its work tree, so that what is
 * merged in it comes out the same on every machine: its attributes are those of a commit.
 *
 * @param rules the tree whose `.gitattributes` hold
 */
export const neutralRepository = async (
  repository: Repository,
  rules: GitTree,
): Promise<GitRepository> => {
  const { git, commonDir, ownDir } = repository
  // Where a history was cut off, nobody but the repository itself knows it.
  if (git.isShallow()) return git
  // Opened anew: objects that two repositories share belong to the one that took them last, and go with it.
  const odb = await libgit2.Odb.open(join(commonDir, 'objects'))
  const neutral = await libgit2.Repository.wrapOdb(odb)
  // There is no such file, nor will there be: an index that is read from nothing and written nowhere.
  const index = await libgit2.Index.open(join(ownDir, 'no-index'))
  await index.readTree(rules)
  await uniteRules(repository, odb, index)
  neutral.setIndex(index, null)
  return neutral
}
