import fs from 'node:fs'
import path from 'node:path'
import { Observable, defer, merge, of, retry, timer } from 'rxjs'

/** Milliseconds until a folder that cannot be watched is looked at again: it may not be there yet. */
const again = 1_000

const watch$ = (folder: string): Observable<string | null> =>
  new Observable((subscriber) => {
    const watcher = fs.watch(folder)
    subscriber.add(() => {
      watcher.close()
    })
    watcher.on('change', (type, name) => {
      // Its own name is told when it goes; another may stand there already.
      if (type === 'rename' && name === path.basename(folder))
        subscriber.error(new Error(`${folder} is gone`))
      else subscriber.next(typeof name === 'string' ? name : null)
    })
    watcher.on('error', (error) => {
      subscriber.error(error)
    })
    // From here on nothing is missed; what came before may have been.
    subscriber.next(null)
  })

/**
 * Which file of the folder of journals changed; null: any of them may have. Where the folder is not there, or the system
 * has no more watches to give, it is asked once a second.
 */
export const journalChange$ = (folder: string): Observable<string | null> =>
  defer(() => merge(of(null), watch$(folder))).pipe(retry({ delay: () => timer(again) }))

/** Whether a change of that name is one of this journal. */
export const isOfJournal = (name: string | null, file: string): boolean =>
  name === null || name.startsWith(path.basename(file))
