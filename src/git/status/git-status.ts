import { printedBy } from '../program/git-output.js'
import { runGit } from '../program/git-program.js'
import { status } from '../libgit2.js'
import { goneBehindLinks } from './behind-links.js'
import { looking } from './looking.js'
import type { Repository } from '../repository.js'
import type { StatusEntry } from './status-entry.js'

/** The first letter of a status: HEAD against index. */
const staged: Readonly<Record<string, number>> = {
  A: status.indexNew,
  M: status.indexModified,
  D: status.indexDeleted,
  T: status.indexTypeChange,
}

/** The second letter: index against work tree. An intention to add (`git add -N`) is an edit. */
const unstaged: Readonly<Record<string, number>> = {
  A: status.modified,
  M: status.modified,
  D: status.deleted,
  T: status.typeChange,
}

const unmerged = /^(?:U.|.U|AA|DD)$/

const flagsOf = (letters: string): number => {
  if (letters === '??') return status.untracked
  if (unmerged.test(letters)) return status.conflicted
  return (staged[letters[0] ?? ''] ?? 0) | (unstaged[letters[1] ?? ''] ?? 0)
}

/** `XY PATH`, NUL. A name that is no UTF-8 shows the replacement character. */
const entryOf = (line: string): StatusEntry => ({
  path: line.slice(3),
  flags: flagsOf(line.slice(0, 2)),
})

/** Folders that git could not look into; their content is in no line. */
const closedIn = (stderr: string): readonly StatusEntry[] =>
  [...stderr.matchAll(/could not open directory '(.*)': Permission denied/g)].map(
    ([, path = '']) => ({ path, flags: status.unreadable }),
  )

/** Renames cost time and hide a path; a monitor, or a submodule's own edits, are nothing to trust or to record. */
const args = [
  ...['-c', 'core.fsmonitor=false', 'status', '--porcelain', '-z'],
  ...['--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'],
]

/**
 * What `git status` lists: the program knows rules that libgit2 takes otherwise, and looks with all processors, in a
 * process of its own. It writes nothing. @throws GitFailure
 */
export const readGitStatus = async (repository: Repository): Promise<readonly StatusEntry[]> => {
  const env = { GIT_OPTIONAL_LOCKS: '0' }
  const output = await runGit(args, { ...looking(repository), env })
  const lines = printedBy(output).toString().split('\0').slice(0, -1)
  const entries = lines.map(entryOf)
  // Where it can look everywhere, it has nothing to say there.
  if (output.stderr === '') return entries
  const gone = await goneBehindLinks(repository, entries)
  return [...entries, ...gone, ...closedIn(output.stderr)]
}
