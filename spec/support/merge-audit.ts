import { git, temporaryFolder, tryGit } from './temp-repositories.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Entry {
  readonly mode: string
  readonly oid: string
}

type Entries = ReadonlyMap<string, Entry>

const entriesOf = (dir: string, commit: string): Entries =>
  new Map(
    git(dir, ['ls-tree', '-r', '-z', commit])
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [, mode = '', oid = '', path = ''] = /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line) ?? []
        return [path, { mode, oid }]
      }),
  )

const isLike = (a: Entry | undefined, b: Entry | undefined): boolean =>
  a?.oid === b?.oid && a?.mode === b?.mode

const isFile = (entry: Entry | undefined): boolean => entry?.mode.startsWith('100') ?? true

/** Whether `git merge-file` makes one text of two; what is no file has no text, and what was not there is empty. */
const isMergeable = (dir: string, base: Entry | undefined, ours: Entry, theirs: Entry): boolean => {
  if (!isFile(base) || !isFile(ours) || !isFile(theirs)) return false
  const folder = temporaryFolder()
  const files = [ours, base, theirs].map((entry, n) => {
    const file = join(folder, String(n))
    writeFileSync(file, entry === undefined ? '' : git(dir, ['cat-file', 'blob', entry.oid]))
    return file
  })
  return tryGit(folder, ['merge-file', '-p', ...files]).code === 0
}

/** Paths that git takes for the old or the new name of one file: their edits may be merged under another path. */
const movedIn = (dir: string, base: string, side: string): ReadonlySet<string> => {
  const flags = ['-r', '-z', '-M40%', '--diff-filter=R', '--name-status', base, side]
  return new Set(git(dir, ['diff-tree', ...flags]).split('\0'))
}

/** Versions that a merge had to keep, as CONTRACT 6 has it, and that its tree has not. */
const lostBy = (
  dir: string,
  merge: string,
  ours: string,
  theirs: string,
  base: string,
): readonly string[] => {
  const of = (commit: string): Entries => entriesOf(dir, commit)
  const [old, left, right, made] = [of(base), of(ours), of(theirs), of(merge)]
  const moved = new Set([...movedIn(dir, base, ours), ...movedIn(dir, base, theirs)])
  const kept = new Set([...made.values()].map(({ oid }) => oid))
  const isGone = (path: string): boolean => {
    const [was, mine, yours] = [old.get(path), left.get(path), right.get(path)]
    const fresh = [mine, yours].filter(
      (one): one is Entry => one !== undefined && !isLike(one, was),
    )
    const lost = fresh.filter(({ oid }) => !kept.has(oid))
    if (lost.length === 0) return false
    const [one, other] = fresh
    if (one !== undefined && other !== undefined) return !isMergeable(dir, was, one, other)
    return !moved.has(path)
  }
  const undead = [...old].filter(([path, was]) => {
    const [mine, yours] = [left.get(path), right.get(path)]
    const isDropped =
      (mine === undefined && isLike(yours, was)) || (yours === undefined && isLike(mine, was))
    return isDropped && isLike(made.get(path), was)
  })
  return [
    ...[...new Set([...left.keys(), ...right.keys()])]
      .filter(isGone)
      .map((path) => `${merge} lost a version of ${path}`),
    ...undead.map(([path]) => `${merge} brought back ${path}`),
  ]
}

/** What the merges of a branch got wrong, told by git alone; a merge of more than one base is left out. */
export const faultsOfMerges = (dir: string): readonly string[] =>
  git(dir, ['log', '--min-parents=2', '--max-parents=2', '--format=%H %P'])
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [merge = '', ours = '', theirs = ''] = line.split(' ')
      const [base, ...more] = git(dir, ['merge-base', '--all', ours, theirs]).split('\n')
      if (base === undefined || more.length > 0) return []
      return lostBy(dir, merge, ours, theirs, base)
    })
