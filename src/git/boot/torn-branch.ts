import { appendFile, mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { areThere } from '../commit/garbage.js'
import { replaceDurably } from '../files/replace-durably.js'
import { libgit2 } from '../libgit2.js'
import { orAbsent } from '../problem/error-code.js'
import { printedBy } from '../program/git-output.js'
import { findGit, runGit } from '../program/git-program.js'
import { compareAndSwapRef } from '../refs/move-ref.js'
import { readBranch, readRef } from '../refs/position.js'
import type { Repository } from '../repository.js'

/** Steps of the reflog that are gone back: more are hardly made between two flushes of a file system. */
const bound = 100

/** What git says of objects that are not there; anything else that fails tells nothing of them. */
const sayings =
  /missing (?:blob|tree|commit)|bad (?:object|tree)|could not read|unable to read|corrupt/i

/** Whether a commit is there, and all that is in it and not in an older one. @throws GitFailure where git cannot tell */
const isWhole = async (
  repository: Repository,
  oid: Oid,
  older: Oid | undefined,
): Promise<boolean> => {
  if (!(await areThere(repository, [oid]))) return false
  const not = older === undefined ? [] : ['--not', older]
  // An older one that is gone is none to leave out.
  const args = ['rev-list', '--objects', '--quiet', '--ignore-missing', oid, ...not]
  const output = await runGit(args, { cwd: repository.gitDir })
  if (output.code !== 0 && sayings.test(output.stderr)) return false
  printedBy(output)
  return true
}

const line = /^([0-9a-f]{40}) ([0-9a-f]{40}) .*\n?/gm

/** Where the branch is, as far as that can be read, and was, the newest first. */
const placesOf = (tip: Oid | null, log: string): readonly Oid[] =>
  [...log.matchAll(line)]
    .slice(-bound)
    .toReversed()
    .flatMap(([, old = '', fresh = '']) => [fresh, old])
    .filter((oid) => !/^0+$/.test(oid))
    .reduce<readonly Oid[]>(
      (known, oid) => (known.includes(oid) ? known : [...known, oid]),
      tip === null ? [] : [tip],
    )

/** A reflog that names what is not there stops `git gc`. */
const forget = async (file: string, torn: readonly Oid[]): Promise<void> => {
  const log = await orAbsent(readFile(file, 'latin1'))
  if (log === null) return
  const kept = log.replace(line, (whole, old: string, fresh: string) =>
    torn.includes(old) || torn.includes(fresh) ? '' : whole,
  )
  await replaceDurably(file, Buffer.from(kept, 'latin1'))
}

/** The newest of these that is whole, and those before it. */
const firstWhole = async (
  repository: Repository,
  places: readonly Oid[],
): Promise<{ readonly torn: readonly Oid[]; readonly whole: Oid } | null> => {
  for (const [n, oid] of places.entries())
    if (await isWhole(repository, oid, places[n + 1]))
      return { torn: places.slice(0, n), whole: oid }
  return null
}

/** A file of zeros, or an empty one, of which neither git nor libgit2 makes anything but a fault. */
const isTornRef = async ({ commonDir }: Repository, ref: string): Promise<boolean> => {
  const text = await orAbsent(readFile(join(commonDir, ref), 'latin1'))
  return text !== null && /^\0*$/.test(text)
}

interface Branch {
  /** In full. */
  readonly ref: string
  /** Null: its file is torn. */
  readonly tip: Oid | null
  /** Its reflogs. */
  readonly logs: readonly [own: string, ofHead: string]
}

/** @returns where the branch is then; null where that cannot be told */
const goBack = async (
  repository: Repository,
  { ref, tip, logs }: Branch,
  places: readonly Oid[],
  aside: string,
): Promise<Oid | null> => {
  const { git, commonDir } = repository
  const found = await firstWhole(repository, places)
  if (found === null || found.whole === tip) return tip
  const to = found.whole
  await mkdir(aside, { recursive: true })
  const left = tip === null ? ['torn', ...found.torn] : found.torn
  await appendFile(join(aside, 'branches'), left.map((oid) => `${ref} ${oid}\n`).join(''))
  if (tip === null) await rm(join(commonDir, ref))
  const from = (await readRef(git, ref))?.tostrS() ?? null
  await compareAndSwapRef(repository, { ref, from, to, log: 'gitsync: back, torn' })
  for (const file of logs) await forget(file, found.torn)
  return to
}

/** What a remote still has is fetched anew. */
const forgetTracked = async (repository: Repository, branch: string, tip: Oid): Promise<void> => {
  const { git } = repository
  for (const name of await git.getRemoteNames()) {
    const ref = `refs/remotes/${name}/${branch}`
    if (await isTornRef(repository, ref)) await rm(join(repository.commonDir, ref))
    const tracked = await readRef(git, ref)
    if (tracked === null || (await isWhole(repository, tracked.tostrS(), tip))) continue
    ;(await libgit2.Reference.lookup(git, ref)).delete()
  }
}

/**
 * Takes the branch back to the newest commit of which nothing is torn. git flushes neither its references nor
 * their objects: a power cut after a commit by hand leaves a branch of which no program can read the commit (ext4),
 * or the file of the branch itself (xfs). Its files are in the work tree, and the next commit takes them.
 *
 * @param aside the folder that torn objects were moved to; where the branch had been is noted there
 */
export const mendBranch = async (repository: Repository, aside: string): Promise<void> => {
  const { git, gitDir, commonDir } = repository
  if (git.state() !== 0) return
  const name = await readBranch(git).catch(() => null)
  if (name === null || (await findGit()) === null) return
  const ref = `refs/heads/${name}`
  const isTorn = await isTornRef(repository, ref)
  const tip = isTorn ? null : ((await readRef(git, ref))?.tostrS() ?? null)
  const torn = (await orAbsent(readdir(aside))) ?? []
  if (!isTorn && (tip === null || torn.length === 0)) return
  const logs = [join(commonDir, 'logs', ref), join(gitDir, 'logs', 'HEAD')] as const
  const places = placesOf(tip, (await orAbsent(readFile(logs[0], 'latin1'))) ?? '')
  const whole = await goBack(repository, { ref, tip, logs }, places, aside)
  if (whole !== null) await forgetTracked(repository, name, whole)
}
