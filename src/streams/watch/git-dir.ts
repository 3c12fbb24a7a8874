import fs from 'node:fs'
import type { FSWatcher } from 'node:fs'
import path from 'node:path'
import { Observable } from 'rxjs'

/**
 * Names whose change may be the remedy of a person: a branch was checked out, a merge or a rebase finished,
 * a setting was made. Not the index, its lock, refs and FETCH_HEAD: our own cycles write them, and would never end.
 */
const telling: ReadonlySet<string> = new Set([
  'HEAD',
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'REBASE_HEAD',
  'BISECT_LOG',
  'rebase-merge',
  'rebase-apply',
  'sequencer',
  'config',
  'config.worktree',
])

/** What a change in the git directory means. */
export type GitDirHint =
  | { readonly kind: 'state'; readonly name: string }
  /** `info/exclude`, one of git's sources of ignore rules. */
  | { readonly kind: 'ignore-rules' }
  /** The git directory itself was deleted, moved or unmounted. */
  | { readonly kind: 'gone' }

/** Of a linked work tree, the git directory that it shares. */
const commonDirOf = (gitDir: string): string => {
  try {
    return path.resolve(gitDir, fs.readFileSync(path.join(gitDir, 'commondir'), 'utf8').trim())
  } catch {
    return gitDir
  }
}

/** Watches the git directory itself, none of the directories in it but `info`. */
export const watchGitDir$ = (gitDir: string): Observable<GitDirHint> =>
  new Observable((subscriber) => {
    const watchers: FSWatcher[] = []
    subscriber.add(() => {
      for (const watcher of watchers) watcher.close()
    })
    const watch = (directory: string, tell: (name: string | null, type: string) => void): void => {
      const watcher = fs.watch(directory)
      watchers.push(watcher)
      watcher.on('change', (type: string, name: string | null) => {
        tell(name, type)
      })
      watcher.on('error', (error) => {
        subscriber.error(error)
      })
    }
    const common = commonDirOf(gitDir)
    const info = path.join(common, 'info')
    const watchInfo = (): void => {
      if (!fs.existsSync(info)) return
      watch(info, (name) => {
        if (name === 'exclude') subscriber.next({ kind: 'ignore-rules' })
      })
    }
    for (const directory of new Set([gitDir, common])) {
      const ownName = path.basename(directory)
      watch(directory, (name, type) => {
        if (name === ownName && type === 'rename') subscriber.next({ kind: 'gone' })
        else if (name !== null && telling.has(name)) subscriber.next({ kind: 'state', name })
        else if (name === 'info' && type === 'rename') {
          watchInfo()
          subscriber.next({ kind: 'ignore-rules' })
        }
      })
    }
    watchInfo()
  })
