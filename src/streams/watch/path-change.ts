import fs from 'node:fs'
import { basename } from 'node:path'
import { Observable } from 'rxjs'
import { watchPoints } from './watch-points.js'

/** By folder, the names in it that are of interest. */
const namesIn = (paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const folders = new Map<string, Set<string>>()
  for (const { folder, name } of paths.flatMap(watchPoints))
    folders.set(folder, (folders.get(folder) ?? new Set()).add(name))
  return folders
}

/**
 * Tells that one of these paths may lead to something else now, or that there is something else in its file. Folders
 * are watched, not files: one that was replaced is another to the kernel. It holds for the way as it was when it was
 * subscribed to: after an event, subscribe anew. An error where the system does not let it watch.
 */
export const pathChange$ = (paths: readonly string[]): Observable<unknown> =>
  new Observable((subscriber) => {
    for (const [folder, names] of namesIn(paths)) {
      const watcher = fs.watch(folder)
      subscriber.add(() => {
        watcher.close()
      })
      watcher.on('change', (_type: string, name: string | null) => {
        // A folder that is moved or deleted itself says so under its own name.
        if (name === null || names.has(name) || name === basename(folder)) subscriber.next(name)
      })
      watcher.on('error', (error) => {
        subscriber.error(error)
      })
    }
  })
