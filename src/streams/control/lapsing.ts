import type { MonoTypeOperatorFunction, Observable, SchedulerLike } from 'rxjs'
import {
  asyncScheduler,
  concat,
  defer,
  filter,
  groupBy,
  map,
  mergeMap,
  of,
  pipe,
  repeat,
  switchMap,
  take,
  timer,
} from 'rxjs'
import type { RepoCommand } from '../../actors/commands.js'

/** A command, and the repository that it is for. */
export interface Addressed {
  readonly repo: string
  readonly command: RepoCommand
}

/** Milliseconds: a timer does not count what a machine sleeps, so that the clock is looked at again and again. */
const look = 30_000

const at = (time: number, scheduler: SchedulerLike): Observable<unknown> =>
  defer(() => timer(Math.min(look, Math.max(0, time - scheduler.now())), scheduler)).pipe(
    repeat(),
    filter(() => scheduler.now() >= time),
    take(1),
  )

/** What follows from a command: of a pause that has an end, that it is taken back then. */
const withEnd = ({ repo, command }: Addressed, scheduler: SchedulerLike): Observable<Addressed> => {
  const now$ = of({ repo, command })
  if (command.type !== 'Pause' || command.until === null) return now$
  const resume: RepoCommand = { type: 'Resume', reason: command.reason }
  return concat(
    now$,
    at(Date.parse(command.until), scheduler).pipe(map(() => ({ repo, command: resume }))),
  )
}

/** What a later command ends the wait of: a pause or a resume for the same reason, of the same repository. */
const subject = ({ repo, command }: Addressed): string =>
  command.type === 'Pause' || command.type === 'Resume'
    ? JSON.stringify([repo, command.reason])
    : command.type

/** A pause that has an end is taken back then, unless it is given a new one or taken back before. */
export const lapsing = (
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<Addressed> =>
  pipe(
    groupBy(subject),
    // Only a timer is cancelled, no work.
    mergeMap((same$) => same$.pipe(switchMap((one) => withEnd(one, scheduler)))),
  )
