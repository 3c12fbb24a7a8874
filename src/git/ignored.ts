import { join } from 'node:path'
import { runGit } from './git-program.js'
import { status } from './libgit2.js'
import type { Repository } from './repository.js'
import { foldersOf, readRules, rulesIn } from './rule-files.js'
import type { StatusEntry } from './status-entry.js'
import { pathList } from './update-index.js'

/** An exception, or white space at the end: libgit2 takes such rules otherwise than git. */
const isOdd = (text: string): boolean => /^!|\t$/m.test(text)

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
    for (const folder of foldersOf(path)) {
      const known = folders.get(folder) ?? isOddIn(folder)
      folders.set(folder, known)
      if (await known) return true
    }
    return false
  }
}

/** What libgit2 took for untracked, less what git ignores. Where git is not installed libgit2's word stands. */
export const withoutIgnored = async (
  repository: Repository,
  entries: readonly StatusEntry[],
): Promise<readonly StatusEntry[]> => {
  const isOddAt = oddRules(repository)
  const doubtful: string[] = []
  for (const { path, flags } of entries)
    if ((flags & status.untracked) !== 0 && (await isOddAt(path))) doubtful.push(path)
  if (doubtful.length === 0) return entries
  const run = { cwd: repository.workTree, stdin: pathList(doubtful) }
  const told = await runGit(['check-ignore', '--no-index', '-z', '--stdin'], run).catch(() => null)
  const ignored = new Set(told?.stdout.toString().split('\0'))
  return entries.filter(({ path, flags }) => (flags & status.untracked) === 0 || !ignored.has(path))
}
