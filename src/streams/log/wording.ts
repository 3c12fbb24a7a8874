import type { CycleOutcome, PathSkipped, Stamp, SyncOutcome } from '../../actors/outcome.js'
import type { PauseReason } from '../../actors/pause.js'
import { endOfPause } from '../../actors/pause.js'
import { classOf } from '../../actors/problem.js'

export type Level = 'error' | 'warn' | 'info' | 'debug'

export interface Line {
  readonly level: Level
  readonly text: string
}

const short = (oid: string): string => oid.slice(0, 7)

const files = (count: number): string => (count === 1 ? '1 file' : `${String(count)} files`)

const settled: Readonly<Record<CycleOutcome, string>> = {
  'up-to-date': 'up to date',
  committed: 'committed',
  pushed: 'pushed',
  pulled: 'pulled',
  merged: 'merged',
  offline: 'committed here; the remote is out of reach',
  halted: 'waits for a person',
}

/** Of a secret only its kind and its place are known. */
const reasonOf = ({ reason, rule, line }: PathSkipped): string =>
  rule === undefined || line === undefined ? reason : `${reason}: ${rule}, line ${String(line)}`

/** A journal may hold what a later version wrote: it is shown as it stands. */
const unknownLine = (outcome: Stamp & { readonly type: string }): Line => {
  const stamp = ['type', 'repo', 'at', 'seq']
  const fields = Object.entries(outcome).filter(([name]) => !stamp.includes(name))
  return { level: 'info', text: `${outcome.type} ${JSON.stringify(Object.fromEntries(fields))}` }
}

/** A pause lasts as long as its longest reason; the day is told where it is another. */
const endOf = (reasons: readonly PauseReason[]): string => {
  const until = endOfPause(reasons)
  if (until === null) return 'until `gitsync resume` or a restart'
  const end = new Date(until)
  const time = end.toTimeString().slice(0, 5)
  return end.toDateString() === new Date().toDateString()
    ? `until ${time}`
    : `until ${time} on ${end.toDateString()}`
}

/** What git or a system says ends without a full stop, and a remedy follows. */
const sentence = (message: string): string => (/[.!?…]$/.test(message) ? message : `${message}.`)

/**
 * The one place with the level and the wording of each outcome, for people.
 *
 * @param quiet whether the remote was out of reach before: an outage is told when it begins and when it ends
 */
export const wordingOf = (outcome: SyncOutcome, quiet: boolean): Line => {
  switch (outcome.type) {
    case 'WatchStarted':
      return { level: 'debug', text: `watching (${outcome.source})` }
    case 'WatchDegraded':
      return {
        level: 'warn',
        text: `polling meanwhile: ${sentence(outcome.reason)} ${outcome.remedy}`,
      }
    case 'CycleStarted':
      return { level: 'debug', text: `looks: ${outcome.trigger}` }
    case 'CommitCreated':
      return {
        level: outcome.fallback === undefined ? 'info' : 'warn',
        text:
          `committed ${short(outcome.oid)} ${outcome.message.split('\n')[0] ?? ''}` +
          (outcome.fallback === undefined ? '' : ` (${outcome.fallback})`),
      }
    case 'HookFailed':
      return { level: 'warn', text: `the ${outcome.hook} hook failed: ${outcome.message}` }
    case 'PathSkipped':
      return {
        level: outcome.reason === 'ignored-by-gitsync' ? 'debug' : 'warn',
        text: `left out ${outcome.path} (${reasonOf(outcome)}). ${outcome.remedy}`,
      }
    case 'RemoteFetched':
      return {
        level: 'debug',
        text: `fetched ${outcome.remote}/${outcome.branch}: ${String(outcome.ahead)} ahead, ${String(outcome.behind)} behind`,
      }
    case 'FastForwarded':
      return { level: 'info', text: `pulled ${short(outcome.to)}, ${files(outcome.files)}` }
    case 'MergeCommitted': {
      const { oid, theirs, conflicts } = outcome
      const kept = conflicts === 0 ? '' : `, ${String(conflicts)} in conflict`
      return { level: 'info', text: `merged ${short(theirs)} as ${short(oid)}${kept}` }
    }
    case 'CommitsSquashed': {
      const { commits, oids, to, fallback } = outcome
      const fewer = `squashed ${String(commits)} commits into ${String(oids.length)}, up to ${short(to)}`
      return fallback === undefined
        ? { level: 'info', text: fewer }
        : { level: 'warn', text: `${fewer} (${fallback})` }
    }
    case 'ConflictKept':
      return {
        level: 'warn',
        text:
          outcome.copy === null
            ? `conflict at ${outcome.path}: one version was kept, the history has the other`
            : `conflict at ${outcome.path}: the other version is ${outcome.copy}`,
      }
    case 'Pushed':
      return {
        level: 'info',
        text: `pushed ${short(outcome.to)} to ${outcome.remote}/${outcome.branch}`,
      }
    case 'PushRejected':
      return {
        level: outcome.reason === 'declined' ? 'warn' : 'debug',
        text: `push rejected (${outcome.reason}): ${outcome.message}`,
      }
    case 'OperationFailed': {
      const { operation, problem } = outcome
      // A problem that needs a person is told by the `Halted` that follows.
      const awaited = classOf(problem) === 'halting' || classOf(problem) === 'refusal'
      const level = awaited || quiet || problem.kind === 'locked' ? 'debug' : 'warn'
      return { level, text: `${operation}: ${sentence(problem.message)} ${problem.remedy}` }
    }
    case 'Halted': {
      const { kind, message, remedy } = outcome.problem
      return { level: 'error', text: `halted (${kind}): ${sentence(message)} ${remedy}` }
    }
    case 'Resumed':
      return { level: 'info', text: 'goes on' }
    case 'CycleSettled': {
      const back = quiet && outcome.outcome !== 'offline' && outcome.outcome !== 'halted'
      return back
        ? { level: 'info', text: 'the remote is back' }
        : {
            level: 'debug',
            text: `${settled[outcome.outcome]} after ${String(outcome.durationMs)} ms`,
          }
    }
    case 'Paused':
      return { level: 'info', text: `paused ${endOf(outcome.reasons)}` }
    case 'Unpaused':
      return { level: 'info', text: 'goes on after the pause' }
    case 'Stopped':
      return { level: 'debug', text: 'stopped' }
    default:
      return unknownLine(outcome satisfies never)
  }
}

/** The words of a refusal are told once while they last: by the push that was refused, and not by the halt beside it. */
const openRefusals = (): ((outcome: SyncOutcome, line: Line) => Line) => {
  const told = new Map<string, string>()
  return (outcome, line) => {
    const words = told.get(outcome.repo)
    if (outcome.type === 'Pushed') told.delete(outcome.repo)
    if (outcome.type === 'Halted' && outcome.problem.message === words)
      return { ...line, text: `halted (${outcome.problem.kind}): ${outcome.problem.remedy}` }
    if (outcome.type !== 'PushRejected' || outcome.reason !== 'declined') return line
    told.set(outcome.repo, outcome.message)
    return outcome.message === words ? { ...line, level: 'debug' } : line
  }
}

/** What is tried again is told when it begins, and not each time that it fails anew before a cycle comes to its end. */
const openRetries = (): ((outcome: SyncOutcome, line: Line) => Line) => {
  const told = new Map<string, ReadonlySet<string>>()
  return (outcome, line) => {
    if (outcome.type === 'CycleSettled') told.delete(outcome.repo)
    if (outcome.type !== 'OperationFailed' || outcome.retryInMs === null) return line
    const known = told.get(outcome.repo) ?? new Set()
    const what = `${outcome.operation} ${outcome.problem.kind}`
    told.set(outcome.repo, new Set([...known, what]))
    return known.has(what) ? { ...line, level: 'debug' } : line
  }
}

/** Who is in an outage. One that begins while something else waits for a person is one as well, and is told as often. */
const openOutages = () => {
  const outages = new Set<string>()
  const failing = new Set<string>()
  return {
    has: (repo: string): boolean => outages.has(repo),
    hear: (outcome: SyncOutcome): void => {
      const { repo } = outcome
      if (outcome.type === 'OperationFailed' && classOf(outcome.problem) === 'outage')
        failing.add(repo)
      if (outcome.type !== 'CycleSettled') return
      const isHalted = outcome.outcome === 'halted'
      if (outcome.outcome === 'offline' || (isHalted && failing.has(repo))) outages.add(repo)
      else if (!isHalted) outages.delete(repo)
      failing.delete(repo)
    },
  }
}

/** The same, for outcomes that are told in their order. */
export const openWording = (): ((outcome: SyncOutcome) => Line) => {
  const outages = openOutages()
  const once = openRefusals()
  const begun = openRetries()
  return (outcome) => {
    const line = begun(outcome, once(outcome, wordingOf(outcome, outages.has(outcome.repo))))
    outages.hear(outcome)
    return line
  }
}
