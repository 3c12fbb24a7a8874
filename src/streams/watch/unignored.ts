import {
  type Observable,
  concat,
  concatMap,
  connect,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  tap,
} from 'rxjs'
import { isCovered } from '../../actors/changes.js'
import type { RepoPath } from '../../actors/outcome.js'
import type { IgnoreRules } from '../../actors/ports.js'
import { bufferTimeDebounced } from '../buffer-time-debounced.js'
import { type WorkTreeChange, isIgnoreFile } from './change.js'
import type { Surroundings } from './guarded.js'
import { watchRecursively$ } from './recursive.js'

/**
 * A recursive watch of the system's without the events of ignored directories. Those that are made later are
 * learnt of when ignore rules change; until then they cost events, never a commit.
 */
export const watchUnignored$ = (
  surroundings: Surroundings,
  rules: IgnoreRules,
  platform: NodeJS.Platform,
): Observable<WorkTreeChange> =>
  defer(() => {
    let ignored: ReadonlySet<RepoPath> = new Set()
    const ask$ = defer(() => rules.ignoredDirectories()).pipe(
      tap((directories) => {
        ignored = new Set(directories)
      }),
      ignoreElements(),
    )
    const seen$ = watchRecursively$(surroundings, 'native', platform).pipe(
      filter((change) => change.kind !== 'changed' || !isCovered(change.path, ignored)),
      connect((changes$) => {
        const ruleFiles$ = changes$.pipe(
          filter((change) => change.kind === 'changed' && isIgnoreFile(change.path)),
          map(() => 'a .gitignore changed'),
        )
        const rescans$ = merge(ruleFiles$, surroundings.rulesChanged$).pipe(
          bufferTimeDebounced(200, 2_000),
          concatMap(([reason = '']) =>
            concat(ask$, of<WorkTreeChange>({ kind: 'rescan', reason })),
          ),
        )
        return merge(changes$, rescans$)
      }),
    )
    return concat(ask$, seen$)
  })
