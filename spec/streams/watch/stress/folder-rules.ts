import fs from 'node:fs'
import path from 'node:path'
import { type Observable, defer, delay, of } from 'rxjs'
import type { IgnoreRules } from '../../../../src/actors/ports.js'

const linesOf = (file: string): readonly string[] => {
  try {
    return fs.readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

export interface FolderRules extends IgnoreRules {
  /** Every directory that was asked for by name. */
  readonly asked: string[]
}

/** Ignore rules of the one form `name/`, from info/exclude and from each .gitignore; answers take a while, as git's do. */
export const folderRules = (root: string, gitDir: string, delayMs = 5): FolderRules => {
  const isIgnored = (directory: string): boolean => {
    const pattern = `${path.basename(directory)}/`
    if (linesOf(path.join(gitDir, 'info/exclude')).includes(pattern)) return true
    for (let up = directory; up !== '.'; up = path.dirname(up)) {
      if (linesOf(path.join(root, path.dirname(up), '.gitignore')).includes(pattern)) return true
    }
    return false
  }
  const topMost = (directory: string): readonly string[] =>
    fs
      .readdirSync(path.join(root, directory), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== '.git')
      .flatMap((entry) => {
        const child = path.join(directory, entry.name)
        if (isIgnored(child)) return [child]
        try {
          return topMost(child)
        } catch {
          return []
        }
      })
  const late = <T>(answer: () => T): Observable<T> => defer(() => of(answer())).pipe(delay(delayMs))
  const asked: string[] = []
  return {
    asked,
    ignoredDirectories: () => late(() => topMost('')),
    ignoredOf: (directories) =>
      late(() => {
        asked.push(...directories)
        return directories.filter(isIgnored)
      }),
  }
}
