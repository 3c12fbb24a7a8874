import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'
import { fileAt, pathOf } from '../files/byte-name.js'
import { endless, foundAt, isEndlessAt, ruleFoldersOf, ruleNames } from './rule-files.js'
import { inSlices } from '../slices.js'

/** The files of rules in a folder that would have to be waited for. */
const endlessIn = (workTree: string, folder: string): string | null =>
  ruleNames.map((name) => posix.join(folder, name)).find((path) => isEndlessAt(workTree, path)) ??
  null

/** The first such file below a folder; what is a repository of its own is not looked into, as git does not. */
export const endlessBelow = async (workTree: string, top: string): Promise<string | null> => {
  const folders = [top]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const options = { withFileTypes: true, encoding: 'buffer' } as const
    const entries = await readdir(fileAt(workTree, folder), options).catch(() => [])
    const names = new Map(entries.map((entry) => [pathOf(entry.name), entry]))
    if (folder !== '' && names.has('.git')) continue
    if (ruleNames.some((name) => names.get(name)?.isFile() === false)) {
      const found = endlessIn(workTree, folder)
      if (found !== null) return found
    }
    for (const [name, entry] of names)
      if (entry.isDirectory() && name !== '.git') folders.push(posix.join(folder, name))
  }
  return null
}

/** What a link leads to is no part of the work tree. */
const isFolder = (workTree: string, path: string): boolean =>
  foundAt(workTree, path)?.isDirectory() === true

/**
 * Before libgit2 looks at these paths: nothing gets it back once it waits. What is a folder is looked at whole.
 * @throws GitFailure
 */
export const refuseEndless = async (workTree: string, paths: readonly string[]): Promise<void> => {
  const folders = new Set(paths.flatMap(ruleFoldersOf))
  const onTheWay = inSlices([...folders], (folder) => endlessIn(workTree, folder))
  for await (const [, found] of onTheWay) if (found !== null) throw endless(found)
  const below = inSlices(paths, (path) =>
    isFolder(workTree, path) ? endlessBelow(workTree, path) : null,
  )
  for await (const [, found] of below) if (found !== null) throw endless(found)
}
