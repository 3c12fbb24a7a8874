import type { RepoPath } from '../../actors/outcome.js'
import type { GitOid, GitTree } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import { editTree, entryAt } from '../tree/tree-edit.js'
import type { Version } from '../tree/version.js'
import type { Trees } from './byte-conflicts.js'
import type { Placed } from './resolve.js'

const file = '.gitmodules'

/** One character a byte: a name in it may be no UTF-8. */
const textOf = async ({ git }: Repository, version: Version | null): Promise<string> => {
  if (version === null) return ''
  const blob = await libgit2.Blob.lookup(git, libgit2.Oid.fromString(version.oid))
  return blob.content().toString('latin1')
}

/** The sections of a file of git's settings, each with all its lines. */
const sectionsOf = (text: string): readonly string[] =>
  text.split(/^(?=[ \t]*\[)/m).filter((section) => /^[ \t]*\[submodule/.test(section))

/** Which folder a section is about. */
const folderOf = (section: string): RepoPath | null => {
  const [, value] = /^[ \t]*path[ \t]*=[ \t]*(.*?)[ \t\r]*$/m.exec(section) ?? []
  const plain = value?.replace(/^"(.*)"$/, '$1').replace(/\\(["\\])/g, '$1')
  return plain === undefined ? null : Buffer.from(plain, 'latin1').toString()
}

const onALineOfItsOwn = (text: string): string =>
  text === '' || text.endsWith('\n') ? text : `${text}\n`

/**
 * The tree of a merge, in which each submodule that one side moved and the other removed has its lines in `.gitmodules`
 * again: they went with the removal, in a merge without a conflict, and git makes nothing of a submodule without them.
 */
export const withSubmodules = async (
  repository: Repository,
  tree: GitOid,
  placed: readonly Placed[],
  trees: Trees,
): Promise<GitOid> => {
  const { git } = repository
  const kept = placed.filter(({ version }) => version.mode === fileMode.commit)
  if (kept.length === 0) return tree
  const merged: GitTree = await libgit2.Tree.lookup(git, tree)
  const found = await entryAt(merged, file)
  if (found !== null && found.mode !== fileMode.file) return tree
  const text = await textOf(repository, found)
  const known = new Set(sectionsOf(text).map(folderOf))
  const back: string[] = []
  for (const { path, side } of kept.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (known.has(path)) continue
    const theirs = await textOf(repository, await entryAt(trees[side], file))
    back.push(...sectionsOf(theirs).filter((section) => folderOf(section) === path))
  }
  if (back.length === 0) return tree
  const bytes = Buffer.from([text, ...back].map(onALineOfItsOwn).join(''), 'latin1')
  const blob = await libgit2.Blob.createFromBuffer(git, bytes, bytes.length)
  const version = { oid: blob.tostrS(), mode: fileMode.file }
  return libgit2.Oid.fromString(await editTree(repository, merged, [{ path: file, version }]))
}
