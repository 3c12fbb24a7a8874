import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { openWatchRules } from '../../git/status/watch-rules.js'

/** Directories that are read at the same time. */
const atOnce = 16

/** How many folders of a work tree have to be watched: all but those that git ignores and its own. */
export const countFolders = async (workTree: string): Promise<number> => {
  const rules = openWatchRules(workTree, new Set())
  const ignored = new Set(await firstValueFrom(rules.ignoredDirectories(), { defaultValue: [] }))
  const below = async (folder: string): Promise<readonly string[]> => {
    const entries = await readdir(join(workTree, folder), { withFileTypes: true }).catch(() => [])
    return entries
      .filter((entry) => entry.isDirectory() && entry.name !== '.git')
      .map(({ name }) => (folder === '' ? name : `${folder}/${name}`))
      .filter((path) => !ignored.has(path))
  }
  let waiting: readonly string[] = ['']
  let count = 0
  while (waiting.length > 0) {
    const now = waiting.slice(0, atOnce)
    count += now.length
    const found = await Promise.all(now.map(below))
    waiting = [...found.flat(), ...waiting.slice(atOnce)]
  }
  return count
}
