import { type Observable, Subject } from 'rxjs'
import type { RepoPath } from '../../actors/outcome.js'
import { type BytePath, childOf, nameOf, repoPathOf, rootPath } from './byte-path.js'
import { isIgnoreFile } from './change.js'
import { DirectoryWatches } from './directory-watches.js'
import { maxQueuedEvents } from './failure.js'

export type TreeEvent =
  | { readonly kind: 'changed'; readonly path: RepoPath }
  /** There is something to take. Told once, until it is taken. */
  | { readonly kind: 'work' }
  /** The root itself was moved, deleted or unmounted, or something in it that has its name. */
  | { readonly kind: 'root' }

/** What waits for an answer of git's: all ignored directories anew, or which of these are ignored. */
export interface TreeWork {
  /** Not null: directories or rules may have changed unseen, for this reason. */
  readonly stale: string | null
  readonly unasked: readonly BytePath[]
}

/** `survey`: found by a walk that is followed by a rescan. `arrival`: is itself told as a change. */
type Job = 'survey' | 'arrival'

/**
 * The directories of a work tree that git looks at, each watched. The order makes it safe: a directory is
 * watched first, then listed, then told as changed, so whatever was made in it meanwhile is below a change
 * that is told after the watch works. Nothing is opened in an event: that is the work of `advance`.
 */
export class DirectoryTree {
  readonly events$: Observable<TreeEvent>
  readonly #events = new Subject<TreeEvent>()
  readonly #watches: DirectoryWatches
  readonly #rootName: string
  readonly #suspiciousTurn = maxQueuedEvents() / 2
  readonly #ignored = new Set<RepoPath>()
  readonly #jobs = new Map<BytePath, Job>()
  readonly #unasked = new Set<BytePath>()
  /** Directories that may not be read: any event of theirs is worth another try. */
  readonly #refused = new Set<BytePath>()
  #stale: string | null = null
  #told = false
  #eventsInTurn = 0

  constructor(root: string) {
    this.events$ = this.#events.asObservable()
    this.#rootName = nameOf(Buffer.from(root).toString('latin1'))
    this.#watches = new DirectoryWatches(root, {
      event: (directory, type, name) => {
        this.#see(directory, type, name)
      },
      error: (error) => {
        this.#events.error(error)
      },
    })
  }

  get size(): number {
    return this.#watches.size
  }

  close(): void {
    this.#watches.close()
  }

  /** Directories or rules may have changed unseen. */
  markStale(reason: string): void {
    this.#stale ??= reason
    this.#tell()
  }

  take(): TreeWork {
    const work = { stale: this.#stale, unasked: [...this.#unasked] }
    this.#stale = null
    this.#unasked.clear()
    this.#told = false
    return work
  }

  /** Are these other directories than the ones that are held for ignored? */
  differs(ignored: readonly RepoPath[]): boolean {
    return ignored.length !== this.#ignored.size || ignored.some((path) => !this.#ignored.has(path))
  }

  /** Git's answer for everything: walk all that is not ignored, and let go of the rest. */
  survey(ignored: readonly RepoPath[]): void {
    this.#ignored.clear()
    for (const path of ignored) this.#ignored.add(path)
    this.#jobs.set(rootPath, 'survey')
  }

  /** Git's answer for new directories. */
  admit(directories: readonly BytePath[], ignored: readonly RepoPath[]): void {
    for (const path of ignored) this.#ignored.add(path)
    for (const directory of directories) {
      if (this.#isIgnored(directory)) this.#watches.drop(directory)
      else this.#enqueue(directory)
    }
  }

  /** Watches what is due, for one slice of time; true while there is more. */
  advance(sliceMs: number): boolean {
    const end = performance.now() + sliceMs
    for (const [directory, job] of this.#jobs) {
      this.#jobs.delete(directory)
      this.#arm(directory, job)
      if (performance.now() >= end) break
    }
    return this.#jobs.size > 0
  }

  #arm(directory: BytePath, job: Job): void {
    const opening = this.#watches.open(directory)
    if (opening === 'absent') return
    if (opening === 'refused') this.#refused.add(directory)
    else this.#adopt(directory, job)
    if (job === 'survey') return
    if (directory === rootPath) this.markStale('the root of the work tree was touched')
    else this.#events.next({ kind: 'changed', path: repoPathOf(directory) })
  }

  #adopt(directory: BytePath, job: Job): void {
    this.#refused.delete(directory)
    const found = this.#watches.list(directory) ?? new Set()
    for (const child of this.#watches.below(directory)) {
      if (!found.has(child) || this.#isIgnored(child)) this.#watches.drop(child)
    }
    for (const child of found) {
      if (nameOf(child) === '.git' || this.#isIgnored(child)) continue
      if (job === 'survey') this.#jobs.set(child, job)
      else if (!this.#watches.has(child)) this.#ask(child)
    }
  }

  #see(directory: BytePath, type: string, name: string | null): void {
    this.#count()
    if (name === null) {
      this.markStale('an event came without a name')
      return
    }
    if (type === 'rename') this.#seeSelf(directory, name)
    if (name === '.git') return
    const path = childOf(directory, name)
    const told = repoPathOf(path)
    if (isIgnoreFile(told)) this.markStale(`${told} changed`)
    const looked = type === 'rename' || this.#refused.has(path) ? this.#look(path) : 'unknown'
    if (looked === 'directory') return
    // What is ignored for a directory and is none any more is asked for anew when it comes back.
    const ignored = looked === 'other' ? this.#ignored.delete(told) : this.#ignored.has(told)
    if (!ignored) this.#events.next({ kind: 'changed', path: told })
  }

  /** The end of a directory is told under its own name, as if it were in itself: its watch may be dead. */
  #seeSelf(directory: BytePath, name: string): void {
    if (name !== (directory === rootPath ? this.#rootName : nameOf(directory))) return
    if (directory === rootPath) this.#events.next({ kind: 'root' })
    this.#enqueue(directory)
  }

  /** An entry came, went or was replaced. A directory is told as changed by `advance`, when it is watched. */
  #look(path: BytePath): 'directory' | 'other' {
    switch (this.#watches.compare(path)) {
      case 'no-directory':
        this.#watches.drop(path)
        this.#refused.delete(path)
        return 'other'
      case 'same':
        // May be another one all the same, with the inode number of the one before: watch it anew.
        // Its own last event says so too, unless it came under the name that it had before.
        this.#enqueue(path)
        return 'directory'
      case 'replaced':
        this.#watches.drop(path)
        this.#ask(path)
        return 'directory'
      case 'unwatched':
        this.#ask(path)
        return 'directory'
    }
  }

  #isIgnored(path: BytePath): boolean {
    return this.#ignored.has(repoPathOf(path))
  }

  #ask(directory: BytePath): void {
    if (this.#isIgnored(directory)) return
    this.#unasked.add(directory)
    this.#tell()
  }

  #enqueue(directory: BytePath): void {
    if (!this.#jobs.has(directory)) this.#jobs.set(directory, 'arrival')
    this.#tell()
  }

  #tell(): void {
    if (this.#told) return
    this.#told = true
    this.#events.next({ kind: 'work' })
  }

  /**
   * No system tells that events were dropped, but a full queue comes in one turn of the event loop:
   * a turn with half of what fits is suspicious enough to look at every directory again.
   */
  #count(): void {
    this.#eventsInTurn += 1
    if (this.#eventsInTurn > 1) return
    setImmediate(() => {
      if (this.#eventsInTurn >= this.#suspiciousTurn)
        this.markStale('so many events at once that some may be lost')
      this.#eventsInTurn = 0
    })
  }
}
