import { git, gitBytes, temporaryRepository } from './temp-repositories.js'
import type { ConflictKept } from '../../src/actors/outcome.js'
import type { RepoSettings } from '../../src/actors/settings.js'
import { mergeInMemory } from '../../src/git/merge/merge.js'
import { bytesOf, pathOf } from '../../src/git/files/byte-name.js'
import { openRepository } from '../../src/git/repository.js'

/** Path, as gitsync has one whose bytes are no UTF-8, → content; with `MODE ` before it where it is no plain file. */
export type Files = Readonly<Record<string, string>>

const entryPattern = /^(?:(100644|100755|120000|160000) )?([^]*)$/

/** A commit of these files, made a second that the test knows; nothing of it is in the work tree. */
const commitOf = (
  dir: string,
  files: Files,
  parents: readonly string[],
  seconds: number,
): string => {
  const lines = Object.entries(files).map(([path, entry]) => {
    const [, mode = '100644', content = ''] = entryPattern.exec(entry) ?? []
    const oid =
      mode === '160000' ? content : git(dir, ['hash-object', '-w', '--stdin'], { input: content })
    return [Buffer.from(`${mode} ${oid}\t`), bytesOf(path), Buffer.from([0])]
  })
  git(dir, ['read-tree', '--empty'])
  git(dir, ['update-index', '-z', '--index-info'], { input: Buffer.concat(lines.flat()) })
  const flags = parents.flatMap((parent) => ['-p', parent])
  const date = `@${String(seconds)} +0000`
  return git(dir, ['commit-tree', '-m', 'one', ...flags, git(dir, ['write-tree'])], {
    env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  })
}

/** Path → content of a tree, as `Files` have it. */
export const filesOf = (dir: string, tree: string): Files =>
  Object.fromEntries(
    gitBytes(dir, ['ls-tree', '-r', '-z', tree])
      .toString('latin1')
      .split('\0')
      .filter(Boolean)
      .map((line) => {
        const [, mode = '', oid = '', path = ''] = /^(\d+) \w+ (\w+)\t([^]*)$/.exec(line) ?? []
        const content = mode === '160000' ? oid : git(dir, ['cat-file', 'blob', oid])
        return [
          pathOf(Buffer.from(path, 'latin1')),
          mode === '100644' ? content : `${mode} ${content}`,
        ]
      }),
  )

export interface Tips {
  readonly dir: string
  readonly root: string
  readonly ours: string
  readonly theirs: string
}

export const seconds = { base: 1_600_000_000, ours: 1_700_000_000, theirs: 1_800_000_000 } as const

/** Two sides that left one base, in a repository that has something else checked out. */
export const sidesIn = (
  dir: string,
  base: Files,
  ours: Files,
  theirs: Files,
): Omit<Tips, 'dir'> => {
  const root = commitOf(dir, base, [], seconds.base)
  return {
    root,
    ours: commitOf(dir, ours, [root], seconds.ours),
    theirs: commitOf(dir, theirs, [root], seconds.theirs),
  }
}

/** A repository of its own for them. */
export const tipsOf = (base: Files, ours: Files, theirs: Files): Tips => {
  const dir = temporaryRepository()
  git(dir, ['commit', '-q', '--allow-empty', '-m', 'start'])
  return { dir, ...sidesIn(dir, base, ours, theirs) }
}

/** What merging the two sides in memory makes. */
export const mergedTips = async (
  { dir, ours, theirs }: Tips,
  policy: RepoSettings['conflict'] = 'keep-both',
): Promise<{ readonly files: Files; readonly kept: readonly ConflictKept[] }> => {
  const repository = await openRepository(dir)
  const { tree, kept } = await mergeInMemory(repository, ours, theirs, policy)
  return { files: filesOf(dir, tree.tostrS()), kept }
}
