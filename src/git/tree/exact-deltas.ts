import type { Oid } from '../../actors/outcome.js'
import { pathOf } from '../files/byte-name.js'
import { runGit } from '../program/git-program.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { unnameable } from '../status/status.js'
import type { TreeDelta } from './tree-changes.js'
import { canonical, isSame } from './tree-changes.js'
import type { Version } from './version.js'

/** git’s name for the tree with nothing in it, which it knows without having it. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

const sideOf = (mode: string, oid: string): Version | null =>
  mode === '000000' ? null : { mode: canonical(Number.parseInt(mode, 8)), oid }

/** `git diff-tree -z --raw`: `:MODE MODE OID OID STATUS`, NUL, path, NUL. */
const parse = (output: Buffer): readonly TreeDelta[] => {
  const fields = output.toString('latin1').split('\0')
  const deltas: TreeDelta[] = []
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [oldMode = '', mode = '', oldOid = '', oid = ''] = fields[n]?.slice(1).split(' ') ?? []
    const path = pathOf(Buffer.from(fields[n + 1] ?? '', 'latin1'))
    const [from, to] = [sideOf(oldMode, oldOid), sideOf(mode, oid)]
    if (!isSame(from, to)) deltas.push({ path, from, to })
  }
  return deltas
}

/**
 * The same deltas with every path as it is. nodegit gives a path as text, in which bytes that are no UTF-8
 * are lost; where there are such, the git program is asked. @throws GitFailure
 */
export const exactDeltas = async (
  { workTree }: Repository,
  from: Oid | null,
  to: Oid,
  deltas: readonly TreeDelta[],
): Promise<readonly TreeDelta[]> => {
  if (!deltas.some(({ path }) => path.includes(unnameable))) return deltas
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    from ?? emptyTree,
    to,
  ]
  const { code, stdout, stderr } = await runGit(args, { cwd: workTree })
  if (code !== 0) throw failure('unexpected', `git diff-tree failed: ${stderr}`)
  return parse(stdout)
}
