import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { RepoSettings } from '../actors/settings.js'
import { ConfigError } from './config-error.js'
import type { ConfigReading } from './file/read-config.js'

/** The config that is in force. */
export interface InForce {
  readonly file: string
  readonly settings: readonly RepoSettings[]
  /** What is wrong with what the file says now, as it was told; null where nothing is. */
  readonly faults: string | null
}

export interface TakenUp {
  readonly inForce: InForce
  /** What a person is to be told of it. */
  readonly said: { readonly level: 'info' | 'warn'; readonly text: string } | null
}

const namesOf = (settings: readonly RepoSettings[]): string =>
  settings.map(({ path }) => basename(path)).join(', ')

/** What becomes of whom, in words; those who go on as before are not named. */
const changesOf = (
  before: readonly RepoSettings[],
  after: readonly RepoSettings[],
): readonly string[] => {
  const known = new Map(before.map((one) => [one.path, one]))
  const wanted = new Set(after.map(({ path }) => path))
  const added = after.filter(({ path }) => !known.has(path))
  const gone = before.filter(({ path }) => !wanted.has(path))
  const other = after.filter(
    (one) => known.has(one.path) && !isDeepStrictEqual(known.get(one.path), one),
  )
  const words = (some: readonly RepoSettings[], verb: string): readonly string[] =>
    some.length === 0 ? [] : [`${verb} ${namesOf(some)}`]
  return [
    ...words(added, 'begins with'),
    ...words(gone, 'lets go of'),
    ...words(other, 'takes up other options of'),
  ]
}

/** What follows from a look at the config. One with faults changes nothing, and says so once as long as they are these. */
export const takeUp = (before: InForce, reading: ConfigReading): TakenUp => {
  if (reading.kind === 'faults') {
    const faults = new ConfigError(reading.faults).message.replaceAll('\n', '; ')
    const text = `the config has faults, and all goes on as before until they are corrected: ${faults}`
    return {
      inForce: { ...before, faults },
      said: faults === before.faults ? null : { level: 'warn', text },
    }
  }
  const { file, settings } = reading
  const changes = changesOf(before.settings, settings)
  const words = [
    ...(before.faults === null ? [] : ['has no faults any more']),
    ...(changes.length === 0 ? [] : [`was changed: gitsync ${changes.join(', ')}`]),
    ...(settings.length === 0 && changes.length > 0 ? ['names no repository now'] : []),
  ]
  return {
    // What is the same stays the same value, so that nobody takes it for another.
    inForce: { file, settings: changes.length === 0 ? before.settings : settings, faults: null },
    said: words.length === 0 ? null : { level: 'info', text: `the config ${words.join(', ')}` },
  }
}
