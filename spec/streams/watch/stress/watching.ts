import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Observable, Subscription } from 'rxjs'
import type { WorkTreeChange } from '../../../../src/streams/watch/change.js'
import { type Survey, absolute, changedBetween, survey, told } from './survey.js'

/** Generous: only a failure waits so long. */
const patienceMs = 20_000

/** Waits for a condition; false where it never came true. */
export const until = async (condition: () => boolean, patience = patienceMs): Promise<boolean> => {
  for (let waited = 0; waited < patience; waited += 20) {
    if (condition()) return true
    await sleep(20)
  }
  return condition()
}

/** A subscription that keeps what it was told. */
export class Watching {
  readonly changes: WorkTreeChange[] = []
  readonly errors: unknown[] = []
  completed = false
  #paths = new Set<string>()
  readonly #subscription: Subscription

  constructor(changes$: Observable<WorkTreeChange>) {
    this.#subscription = changes$.subscribe({
      next: (change) => {
        this.changes.push(change)
        if (change.kind === 'changed') this.#paths.add(change.path)
      },
      error: (error: unknown) => this.errors.push(error),
      complete: () => {
        this.completed = true
      },
    })
  }

  stop(): void {
    this.#subscription.unsubscribe()
  }

  kinds(): readonly string[] {
    return this.changes.map((change) => change.kind)
  }

  reasons(): readonly string[] {
    return this.changes.flatMap((change) => ('reason' in change ? [change.reason] : []))
  }

  paths(): ReadonlySet<string> {
    return this.#paths
  }

  forget(): void {
    this.changes.length = 0
    this.#paths = new Set()
  }

  armed(): Promise<boolean> {
    return until(() => this.changes.some((change) => change.kind === 'armed'))
  }

  /** Was this path told, or a directory that it is in? */
  covers(path: string): boolean {
    const parts = path.split('/')
    return parts.some((_part, index) => this.#paths.has(parts.slice(0, index + 1).join('/')))
  }

  /** Until nothing was told for a while. */
  async quiet(): Promise<void> {
    let count = -1
    for (let round = 0; round < 100 && count !== this.changes.length; round += 1) {
      count = this.changes.length
      await sleep(150)
    }
  }

  /** Of the files that differ, those for which neither path nor ancestor was told. */
  async missed(before: Survey, after: Survey): Promise<readonly string[]> {
    const changed = changedBetween(before, after).map(told)
    await until(() => changed.every((path) => this.covers(path)))
    return changed.filter((path) => !this.covers(path))
  }

  /** Files and directories in which a change goes unseen, though it is made three times. */
  async blind(root: string, without: readonly string[] = []): Promise<readonly string[]> {
    const { files, directories } = survey(root, without)
    const regular = [...files.keys()].filter((key) => fs.lstatSync(absolute(root, key)).isFile())
    const touches = [
      ...regular.map((key) => ({
        key,
        touch: () => {
          fs.appendFileSync(absolute(root, key), '+')
        },
      })),
      ...directories.map((directory) => {
        const key = `${directory}/.blind-probe`
        return {
          key,
          touch: () => {
            fs.appendFileSync(absolute(root, key), '+')
          },
        }
      }),
    ]
    let unseen = touches
    for (let round = 0; round < 3 && unseen.length > 0; round += 1) {
      // Slices, so that the probes themselves cannot fill the kernel's queue.
      for (let start = 0; start < unseen.length; start += 1_000) {
        const slice = unseen.slice(start, start + 1_000)
        for (const { touch } of slice) touch()
        await until(() => slice.every(({ key }) => this.#paths.has(told(key))), 5_000)
      }
      unseen = unseen.filter(({ key }) => !this.#paths.has(told(key)))
    }
    return unseen.map(({ key }) => told(key))
  }
}
