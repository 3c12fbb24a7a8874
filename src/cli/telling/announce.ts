import type { SyncOutcome } from '../../index.js'

/** Whoever waits to hear that everything is watched. */
export interface Audience {
  /** Everything is watched, for the first time. */
  readonly watching: (text: string) => void
  /** Everything is watched or waits for a person, for the first time and whenever it is another everything. */
  readonly ready: (text: string) => void
}

export interface Announcer {
  /** These are synced from now on. */
  readonly want: (repos: readonly string[]) => void
  readonly hear: (outcome: SyncOutcome) => void
}

const plural = (count: number): string =>
  count === 1 ? '1 repository' : `${String(count)} repositories`

/** Says when everything is watched. */
export const openAnnouncer = ({ watching, ready }: Audience): Announcer => {
  let wanted: readonly string[] = []
  let isTold = false
  let isDue = true
  const watched = new Set<string>()
  const halted = new Set<string>()
  const say = (): void => {
    const text = `Watching ${plural(wanted.length)}`
    if (!isTold && wanted.every((repo) => watched.has(repo))) {
      isTold = true
      watching(`${text}. Stop with Ctrl-C.`)
    }
    if (isDue && wanted.every((repo) => watched.has(repo) || halted.has(repo))) {
      isDue = false
      const waiting = wanted.filter((repo) => halted.has(repo)).length
      ready(waiting === 0 ? text : `${text}, ${String(waiting)} waits for a person`)
    }
  }
  return {
    want: (repos) => {
      wanted = repos
      isDue = true
      say()
    },
    hear: ({ type, repo }) => {
      if (type === 'WatchStarted') watched.add(repo)
      if (type === 'Halted') halted.add(repo)
      if (type === 'Resumed') halted.delete(repo)
      if (type === 'Stopped') {
        watched.delete(repo)
        halted.delete(repo)
      }
      say()
    },
  }
}
