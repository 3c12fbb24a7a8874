import type { Oid, RepoPath } from '../../actors/outcome.js'
import { gitOutput } from '../program/git-output.js'
import { findGit } from '../program/git-program.js'
import { libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { Content } from './secret.js'
import { longestText } from './longest-text.js'

/** A file of a commit to come; the size is as the index has it, which a filter may have changed. */
export interface Staged {
  readonly path: RepoPath
  readonly oid: Oid
  readonly size: number
}

/** Past this many one run of the git program is cheaper than a call of libgit2 for each. */
const bulk = 200

/** What is held in memory at a time: this many files, of this many bytes together or one that is larger. */
const bounds = { libgit2: { files: 32, bytes: 4_000_000 }, git: { files: 1024, bytes: 4_000_000 } }

function* groupsOf(
  staged: readonly Staged[],
  bound: (typeof bounds)['git'],
): Generator<readonly Staged[]> {
  let [group, bytes]: [Staged[], number] = [[], 0]
  for (const one of staged) {
    if (group.length === bound.files || (group.length > 0 && bytes + one.size > bound.bytes)) {
      yield group
      ;[group, bytes] = [[], 0]
    }
    group.push(one)
    bytes += one.size
  }
  if (group.length > 0) yield group
}

const readOne = async ({ git }: Repository, { path, oid }: Staged): Promise<readonly Content[]> => {
  const blob = await libgit2.Blob.lookup(git, libgit2.Oid.fromString(oid))
  // Its bytes are copied, which is done without when it is too large or no text.
  if (blob.rawsize() > longestText) return []
  return [{ path, bytes: blob.content() }]
}

const lineFeed = 0x0a

/** `OID blob SIZE`, a line feed, that many bytes and a line feed, for each that was asked for. @throws Error */
const unpack = (output: Buffer, group: readonly Staged[]): readonly Content[] => {
  let at = 0
  return group.flatMap(({ path, oid }) => {
    const end = output.indexOf(lineFeed, at)
    const [name, type, size] = output.toString('latin1', at, end).split(' ')
    if (name !== oid || type !== 'blob') throw new Error(`git has no blob ${oid}.`)
    const start = end + 1
    at = start + Number(size) + 1
    return Number(size) > longestText ? [] : [{ path, bytes: output.subarray(start, at - 1) }]
  })
}

const readGroup = async (
  repository: Repository,
  group: readonly Staged[],
): Promise<readonly Content[]> => {
  const oids = group.map(({ oid }) => `${oid}\n`).join('')
  return unpack(
    await gitOutput(repository.workTree, ['cat-file', '--batch', '--buffer'], oids),
    group,
  )
}

/** What these hold, some at a time; without those that are too large to be looked at. */
export async function* readBlobs(
  repository: Repository,
  staged: readonly Staged[],
): AsyncGenerator<readonly Content[]> {
  const asked = staged.filter(({ size }) => size <= longestText)
  if (asked.length >= bulk && (await findGit()) !== null)
    for (const group of groupsOf(asked, bounds.git)) yield await readGroup(repository, group)
  else
    for (const group of groupsOf(asked, bounds.libgit2)) {
      const read = group.map((one) => readOne(repository, one))
      yield (await Promise.all(read)).flat()
    }
}
