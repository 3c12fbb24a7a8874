import { join, posix } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { lengthOf } from '../files/byte-name.js'
import type { GitOdb } from '../git-objects.js'
import { fileMode, libgit2 } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { isBelowAny } from '../merge/resolve.js'
import { isSafePath } from './safe-path.js'
import { deepest } from '../stage/stage-plan.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import { foldClashIn } from './fold-clash.js'
import { faultOfModules } from './modules-fault.js'
import { renderedIn } from './render.js'
import type { Version } from '../tree/version.js'

/** Bytes that a name, a path and the target of a link can have, less the end that the system adds. */
const longest = { name: 255, path: 4095, link: 4095 } as const

const modes: ReadonlySet<number> = new Set([
  fileMode.file,
  fileMode.executable,
  fileMode.link,
  fileMode.commit,
])

/** Entries looked at between two turns of the event loop: about a millisecond. */
const slice = 128

/** Why a path cannot be written, or null. */
const faultOfPath = (
  path: RepoPath,
  written: ReadonlySet<RepoPath>,
  prefix: number,
): string | null => {
  if (!isSafePath(path) || isBelowAny(path, written))
    return 'would be written outside the work tree or into .git'
  const names = path.split('/')
  if (names.some((name) => lengthOf(name) > longest.name)) return 'has a name too long'
  if (lengthOf(path) + prefix > longest.path) return 'is too long'
  return names.length > deepest ? `lies below more than ${String(deepest)} folders` : null
}

/** Why an entry cannot be written, or null. */
const faultOfEntry = async (
  repository: Repository,
  objects: GitOdb,
  path: RepoPath,
  { mode, oid }: Version,
): Promise<string | null> => {
  if (!modes.has(mode)) return `has the mode ${mode.toString(8)}, which git does not know`
  if (mode === fileMode.commit) return null
  const missing = 'has a content that is missing'
  if (mode !== fileMode.link) {
    if (objects.existsExt(libgit2.Oid.fromString(oid), 0) !== 1) return missing
    return path === '.gitmodules' ? faultOfModules(repository, oid) : null
  }
  const size = await libgit2.Blob.lookup(repository.git, libgit2.Oid.fromString(oid)).then(
    (blob) => blob.rawsize(),
    () => null,
  )
  if (size === null) return missing
  if (posix.basename(path) === '.gitmodules') return 'may be no link'
  return size > 0 && size <= longest.link ? null : 'is a link that cannot be made'
}

/** What no work tree can hold is found before anything is touched. @throws GitFailure */
export const refuseUnfit = async (
  repository: Repository,
  deltas: readonly TreeDelta[],
  to: Oid,
): Promise<void> => {
  const clash = await foldClashIn(repository, deltas, to)
  if (clash !== null)
    throw failure(
      'unexpected',
      `Commit ${to} of the remote holds ${clash.map((one) => JSON.stringify(one)).join(' and ')}, which are one name on this disk.`,
      'Rename one of them on the remote; nothing of this commit was checked out.',
    )
  const written = new Set(deltas.flatMap(({ path, to: entry }) => (entry === null ? [] : [path])))
  const prefix = Buffer.byteLength(renderedIn(repository)) + 1
  const objects = await libgit2.Odb.open(join(repository.commonDir, 'objects'))
  for (const [n, { path, to: entry }] of deltas.entries()) {
    if (n % slice === slice - 1) await setImmediate()
    if (entry === null) continue
    const fault =
      faultOfPath(path, written, prefix) ?? (await faultOfEntry(repository, objects, path, entry))
    if (fault === null) continue
    const shown = JSON.stringify(path.length > 300 ? `${path.slice(0, 300)}…` : path)
    throw failure(
      'unexpected',
      `Commit ${to} of the remote holds ${shown}, which ${fault}.`,
      'Remove or rename it on the remote; nothing of this commit was checked out.',
    )
  }
}
