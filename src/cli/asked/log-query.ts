import { posix } from 'node:path'
import type { ConfigFault } from '../../config/config-error.js'
import { ConfigError } from '../../config/config-error.js'
import { parseMoment } from '../../config/value/moment.js'
import { nearest } from '../../config/value/nearest.js'
import type { Reading } from '../../config/value/reading.js'
import { faultRead, valueRead } from '../../config/value/reading.js'
import type { LogQuery, SyncOutcome } from '../../index.js'

/** As commander gives them. */
export interface LogFlags {
  readonly since?: string
  readonly last?: string
  readonly type?: readonly string[]
  readonly path?: string
}

const types = Object.keys({
  WatchStarted: true,
  WatchDegraded: true,
  CycleStarted: true,
  CommitCreated: true,
  HookFailed: true,
  PathSkipped: true,
  RemoteFetched: true,
  FastForwarded: true,
  MergeCommitted: true,
  CommitsSquashed: true,
  ConflictKept: true,
  Pushed: true,
  PushRejected: true,
  OperationFailed: true,
  Halted: true,
  Resumed: true,
  CycleSettled: true,
  Paused: true,
  Unpaused: true,
  Stopped: true,
} satisfies Readonly<Record<SyncOutcome['type'], true>>)

/** Every type that can be asked for. */
export const outcomeTypes: readonly string[] = types

const typesOf = (lists: readonly string[]): Reading<readonly string[]> => {
  const asked = lists.flatMap((list) => list.split(',')).map((name) => name.trim())
  const strange = asked.find((name) => !types.includes(name))
  if (strange === undefined) return valueRead(asked)
  const meant = nearest(strange, types)
  const hint = meant === null ? '' : `did you mean ${meant}? `
  return faultRead(`names no type "${strange}"; ${hint}The types are ${types.join(', ')}`)
}

const lastOf = (text: string): Reading<number> =>
  /^\d{1,15}$/.test(text) ? valueRead(Number(text)) : faultRead('must be a whole number from 0 up')

const pathOf = (text: string): Reading<string> => {
  const path = posix.normalize(text).replace(/\/$/, '')
  return text === '' || path === '.' || path.startsWith('/') || /^\.\.(?:\/|$)/.test(path)
    ? faultRead('must be a file or folder of the work tree, relative to it, such as notes/a.md')
    : valueRead(path)
}

/**
 * What the flags ask for.
 *
 * @throws ConfigError with every fault
 */
export const logQueryOf = (flags: LogFlags, now: Date): LogQuery => {
  const faults: ConfigFault[] = []
  const read = <Given, Value>(
    key: string,
    given: Given | undefined,
    reading: (given: Given) => Reading<Value>,
  ): Value | undefined => {
    if (given === undefined) return undefined
    const found = reading(given)
    if (found.kind === 'value') return found.value
    faults.push({
      key,
      value: Array.isArray(given) ? given.join(',') : given,
      message: found.message,
    })
    return undefined
  }
  const query: LogQuery = {
    since: read('--since', flags.since, (text) => parseMoment(text, now, 'beginning')),
    last: read('--last', flags.last, lastOf),
    types: read('--type', flags.type, typesOf),
    path: read('--path', flags.path, pathOf),
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return query
}
