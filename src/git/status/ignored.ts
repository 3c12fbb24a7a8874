import { join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { bytesOf, pathOf } from '../files/byte-name.js'
import { printedBy } from '../program/git-output.js'
import { findGit, runGit } from '../program/git-program.js'
import { status } from '../libgit2.js'
import { looking } from './looking.js'
import type { Repository } from '../repository.js'
import { readRules, ruleFoldersOf, rulesIn } from './rule-files.js'
import type { StatusEntry } from './status-entry.js'
import { pathList } from '../index/update-index.js'

/** An exception, white space at the end, or two stars beside another character: libgit2 takes such rules otherwise than git. */
const isOdd = (text: string): boolean => /^!|\t$|[^/\n]\*\*|\*\*[^/\n]/m.test(text)

/** Whether rules that libgit2 takes otherwise apply to a path. Answers for a folder are remembered. */
const oddRules = ({ workTree, commonDir }: Repository): ((path: string) => Promise<boolean>) => {
  const folders = new Map<string, Promise<boolean>>()
  const own = readRules(join(commonDir, 'info', 'exclude')).then(isOdd)
  const isOddIn = async (folder: string): Promise<boolean> => {
    const rules = await rulesIn(workTree, folder, '.gitignore')
    return rules.kind === 'text' ? isOdd(rules.text) : rules.kind === 'link'
  }
  return async (path) => {
    if (await own) return true
    for (const folder of ruleFoldersOf(path)) {
      const known = folders.get(folder) ?? isOddIn(folder)
      folders.set(folder, known)
      if (await known) return true
    }
    return false
  }
}

/** Before a name that begins as an order does (`:(glob)`, `:!`); git gives it back with each. */
const here = './'

/** Which of these paths git ignores, were they not tracked. @throws GitFailure where git cannot tell */
export const ignoredAmong = async (
  repository: Repository,
  paths: readonly RepoPath[],
): Promise<ReadonlySet<string>> => {
  const stdin = pathList(paths.map((path) => here + path))
  const args = ['check-ignore', '--no-index', '-z', '--stdin']
  const output = await runGit(args, { ...looking(repository), stdin })
  // 1 says that it ignores none.
  const told = printedBy(output, 1).toString().split('\0').slice(0, -1)
  return new Set(told.map((path) => path.slice(here.length)))
}

/**
 * What git ignores below a folder, a folder that it ignores as a whole as one: relative to the folder. Null where there is
 * no git to ask. @throws GitFailure where git cannot tell
 */
export const ignoredBelow = async (
  repository: Repository,
  folder: RepoPath,
): Promise<readonly RepoPath[] | null> => {
  if ((await findGit()) === null) return null
  const flags = ['--others', '--ignored', '--exclude-standard', '--directory', '-z']
  const args = ['--literal-pathspecs', 'ls-files', ...flags, '--', `${folder}/`]
  const told = printedBy(await runGit(args, looking(repository)), 0).toString('latin1')
  const start = bytesOf(`${folder}/`).length
  return told
    .split('\0')
    .slice(0, -1)
    .map((path) => pathOf(Buffer.from(path, 'latin1').subarray(start)))
}

/** What libgit2 took for untracked, less what git ignores. Where git is not installed libgit2's word stands. @throws GitFailure */
export const withoutIgnored = async (
  repository: Repository,
  entries: readonly StatusEntry[],
): Promise<readonly StatusEntry[]> => {
  const isOddAt = oddRules(repository)
  const doubtful: string[] = []
  for (const { path, flags } of entries)
    if ((flags & status.untracked) !== 0 && (await isOddAt(path))) doubtful.push(path)
  if (doubtful.length === 0 || (await findGit()) === null) return entries
  const ignored = await ignoredAmong(repository, doubtful)
  return entries.filter(({ path, flags }) => (flags & status.untracked) === 0 || !ignored.has(path))
}
