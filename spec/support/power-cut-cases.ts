import { commitAll, git, identify, writeFiles } from './temp-repositories.js'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { changeable } from './changeable.js'

/** What is under way when the power goes. */
export interface Case {
  readonly name: string
  /** What the first commit has besides. */
  readonly base?: (folder: string) => void
  /** What somebody else commits. */
  readonly theirs?: (folder: string) => void
  /** What lies in the work tree, in no commit yet, on the disk already. */
  readonly ours?: (folder: string) => void
  /** What lies there in commits that were made one by one and not pushed. */
  readonly unpushed?: readonly Readonly<Record<string, string>>[]
  /** What a person does a moment before, which no program has brought to the disk. */
  readonly justNow?: (folder: string) => void
  /** Whose commits may be torn: those that git makes by hand come to the disk after the branch. */
  readonly byHand?: true
  readonly flags?: readonly string[]
  /** What is cut short instead of a pass: its arguments. */
  readonly command?: (path: string, remote: string) => readonly string[]
  /** Whether it may have happened or not, or is run again. */
  readonly after?: 'either' | 'again'
  /** What is at fault even at rest. */
  readonly faults?: readonly string[]
}

/** What the first commit holds. */
export const base = {
  ...changeable,
  both: 'base of both\n',
  moves: 'base of what moves, with enough text to be found again\n',
} as const

/** Changes of every kind. */
const by =
  (who: string) =>
  (folder: string): void => {
    const at = (path: string): string => join(folder, path)
    for (const path of ['gone', 'd/e', 'becomes a folder', 'becomes a file', 'becomes a link'])
      rmSync(at(path), { recursive: true })
    writeFiles(folder, {
      both: `${who} of both\n`,
      added: `added by ${who}\n`,
      'd/edited': `d/edited by ${who}\n`,
      [`n/e/w/${who}`]: `n/e/w of ${who}\n`,
      'becomes a folder/inner': `inner of a folder of ${who}\n`,
      'becomes a file': `file of ${who}\n`,
    })
    symlinkSync(who, at('becomes a link'))
    chmodSync(at('script'), 0o755)
    renameSync(at('moves'), at(`moved by ${who}`))
  }

/** What meets the changes of somebody else in every way. */
const against = (folder: string): void => {
  writeFiles(folder, { edited: 'ours of edited\n', both: 'ours of both\n', gone: 'ours of gone\n' })
  writeFiles(folder, { added: 'added by us\n', 'o/u/r': 'o/u/r\n' })
  rmSync(join(folder, 'd'), { recursive: true })
}

const files =
  (count: number) =>
  (folder: string): void => {
    for (let n = 0; n < count; n += 1)
      writeFiles(folder, { [`many/${String(n % 7)}/${String(n)}`]: `${String(n)} of many\n` })
  }

const many = files(300)

/** A repository with two commits in a folder of another, the first of them checked out. */
const withSubmodule = (folder: string): void => {
  const path = join(folder, 'sub')
  mkdirSync(path)
  git(path, ['init', '-q'])
  identify(path)
  const dates = {
    GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  }
  for (const message of ['One', 'Two'])
    git(path, ['commit', '-q', '--allow-empty', '-m', message], { env: dates })
  git(path, ['checkout', '-q', 'main~'])
}

export const cases: readonly Case[] = [
  { name: 'a commit and its push', ours: by('us') },
  { name: 'a commit of many files', ours: many },
  { name: 'a commit of so many that git takes them', ours: files(600) },
  { name: 'a fast-forward', theirs: by('them') },
  { name: 'a fast-forward of many files by libgit2', theirs: many, flags: ['--transport=libgit2'] },
  {
    name: 'a submodule that moves on',
    base: withSubmodule,
    theirs: (folder) => {
      git(join(folder, 'sub'), ['checkout', '-q', 'main'])
    },
    ours: (folder) => {
      rmSync(join(folder, 'sub'), { recursive: true })
      withSubmodule(folder)
    },
    faults: ['status:  M sub'],
  },
  { name: 'a merge with conflicts', theirs: by('them'), ours: against },
  { name: 'a rebase', theirs: many, ours: by('us'), flags: ['--integrate=rebase'] },
  {
    name: 'a squash',
    unpushed: [{ edited: 'one\n' }, { edited: 'two\n', new: 'new\n' }, { both: 'three\n' }],
    flags: ['--squash=1h'],
  },
  { name: 'a commit of what was written a moment before', justNow: by('us') },
  {
    name: 'a commit of what was staged a moment before',
    justNow: (folder) => {
      by('us')(folder)
      git(folder, ['add', '-A'])
    },
  },
  {
    name: 'a commit after one by hand',
    justNow: (folder) => {
      by('us')(folder)
      commitAll(folder, 'By hand')
    },
    byHand: true,
  },
  {
    name: 'an undo',
    unpushed: [{ edited: 'one\n' }, { both: 'two\n', new: 'new\n' }],
    command: (path) => ['undo', path],
    after: 'either',
  },
  {
    name: 'a clone',
    base: many,
    command: (path, remote) => ['clone', remote, path],
    after: 'again',
  },
  {
    name: 'an init',
    ours: (folder) => {
      writeFiles(folder, { 'our own': 'our own\n', edited: 'another beginning\n' })
    },
    command: (path, remote) => ['init', path, '--remote', remote, '--join'],
    after: 'again',
  },
]
