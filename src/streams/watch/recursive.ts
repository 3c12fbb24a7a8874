import fs from 'node:fs'
import { Observable } from 'rxjs'
import { isCovered } from '../../actors/changes.js'
import type { WatchSource } from '../../actors/outcome.js'
import { type WorkTreeChange, isInsideGitDir } from './change.js'
import { isLimit } from './failure.js'
import type { Surroundings } from './guarded.js'

/**
 * One recursive `fs.watch`. On macOS and Windows the system does it. On Linux Node imitates it with one watch
 * per entry, bound to inodes: a file that was replaced (an atomic save, a checkout) is dead to it afterwards, a
 * limit that is met at the start is not told, and nothing can be ignored. There an event says no more than that
 * something changed, so each asks for a rescan; `rescanInterval` finds what went unseen.
 */
export const watchRecursively$ = (
  { root, own }: Pick<Surroundings, 'root' | 'own'>,
  source: Exclude<WatchSource, 'poll'>,
  platform: NodeJS.Platform,
): Observable<WorkTreeChange> =>
  new Observable((subscriber) => {
    const imitated = platform !== 'darwin' && platform !== 'win32'
    const watcher = fs.watch(root, { recursive: true })
    subscriber.add(() => {
      watcher.close()
    })
    watcher.on('change', (_type: string, name: string | Buffer | null) => {
      const path =
        name === null ? null : name.toString().replaceAll('\\', platform === 'win32' ? '/' : '\\')
      if (path === null) subscriber.next({ kind: 'rescan', reason: 'an event came without a name' })
      else if (isInsideGitDir(path) || isCovered(path, own)) return
      else if (imitated) subscriber.next({ kind: 'rescan', reason: `${path} changed` })
      else subscriber.next({ kind: 'changed', path })
    })
    watcher.on('error', (error) => {
      // Node's imitation trips over entries that vanish while it lists them, and goes on.
      if (imitated && !isLimit(error)) subscriber.next({ kind: 'rescan', reason: error.message })
      else subscriber.error(error)
    })
    subscriber.next({ kind: 'armed', source })
  })
