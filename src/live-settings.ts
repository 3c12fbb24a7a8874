import { statSync } from 'node:fs'
import type { Observable } from 'rxjs'
import { NEVER, catchError, defer, distinctUntilChanged, map, merge, startWith } from 'rxjs'
import type { RepoSettings } from './actors/settings.js'
import { configPlaces } from './config/file/locate.js'
import type { ConfigReader, ConfigReading } from './config/file/read-config.js'
import { readConfig } from './config/file/read-config.js'
import type { InForce } from './config/take-up.js'
import { takeUp } from './config/take-up.js'
import type { Log } from './streams/log/log.js'
import { lookAgain } from './streams/look-again.js'
import { wordsOf } from './streams/system-error.js'
import { pathChange$ } from './streams/watch/path-change.js'

export interface LiveSettings extends ConfigReader {
  /** What is in force at first. */
  readonly first: Extract<ConfigReading, { kind: 'settings' }>
  /** Somebody says that the config is another. */
  readonly asked$: Observable<unknown>
  readonly say: Log['say']
}

/** The places of a config that matter: those behind the first file are not looked at. */
const placesIn = ({ flag, machine }: ConfigReader): readonly string[] => {
  const places = configPlaces(flag, machine)
  const first = places.findIndex((place) => machine.pathKind(place) === 'other')
  return first < 0 ? places : places.slice(0, first + 1)
}

const stampOf = (path: string): string => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(':')
  } catch {
    return ''
  }
}

/**
 * What is in force for each repository of the config file: what it said at first, and then whatever it comes to say.
 * Faults are told, and change nothing. Without an end.
 */
export const liveSettings$ = (live: LiveSettings): Observable<readonly RepoSettings[]> =>
  defer(() => {
    const { first, asked$, say } = live
    let inForce: InForce = { ...first, faults: null }
    let isBlind = false
    const blind = (error: unknown): Observable<never> => {
      const text = `the config cannot be watched: a change is seen after a minute, or at once with SIGHUP: ${wordsOf(error)}`
      if (!isBlind) say('warn', text)
      isBlind = true
      return NEVER
    }
    const hint$ = defer(() => pathChange$(placesIn(live))).pipe(catchError(blind))
    return lookAgain<ConfigReading>({
      changed$: merge(hint$, asked$),
      stamp: () => placesIn(live).map(stampOf).join(' '),
      look: () => readConfig(live, new Set(inForce.settings.map(({ path }) => path))),
      isDoubtful: (found) => found.kind === 'faults' || found.file !== inForce.file,
    }).pipe(
      map((reading) => {
        const { inForce: next, said } = takeUp(inForce, reading)
        inForce = next
        if (said !== null) say(said.level, said.text)
        return next.settings
      }),
      startWith(first.settings),
      distinctUntilChanged(),
    )
  })
