import type { RepoSettings } from '../actors/settings.js'
import type { ConfigFault } from './config-error.js'
import { renderDuration } from './value/duration.js'
import type { Layer } from './layer.js'
import type { Machine, PathKind } from './machine.js'

type Waits = Pick<RepoSettings, 'debounce' | 'maxWait'>

/** A burst cannot end at the latest before it may end at the earliest. Told where both were stated. */
export const waitFaults = (
  defaults: Layer,
  repo: Layer,
  repoKey: string,
): readonly ConfigFault[] => {
  const { debounce, maxWait } = { ...defaults.values, ...repo.values }
  if (debounce === undefined || maxWait === undefined || debounce <= maxWait) return []
  const own = repo.values.maxWait !== undefined || repo.values.debounce !== undefined
  return [
    {
      key: `${own ? repoKey : 'defaults'}.maxWait`,
      value: renderDuration(maxWait),
      message: `must not be shorter than debounce, which is ${renderDuration(debounce)}: lower debounce or raise maxWait`,
    },
  ]
}

/** Where one alone is stated, the other goes along: a longer quiet time, or a shorter end of each burst. */
export const waitsOf = (builtIn: Waits, stated: Partial<Waits>): Waits => {
  const { debounce, maxWait } = { ...builtIn, ...stated }
  return stated.debounce === undefined
    ? { debounce: Math.min(debounce, maxWait), maxWait }
    : { debounce, maxWait: Math.max(debounce, maxWait) }
}

/** A path as it was stated, and as it is meant; undefined where it could not be read. */
interface StatedPath {
  readonly stated: unknown
  readonly path: string | undefined
}

/** Each path has to be a directory, and no two the same one. */
export const pathFaults = (
  paths: readonly StatedPath[],
  { pathKind, realPath }: Machine,
): readonly ConfigFault[] => {
  const places = paths.map(({ path }) =>
    path !== undefined && pathKind(path) === 'directory' ? realPath(path) : undefined,
  )
  return paths.flatMap(({ stated, path }, index) => {
    if (path === undefined) return []
    const first = places.indexOf(places[index])
    if (places[index] !== undefined && first === index) return []
    const message =
      places[index] === undefined
        ? notADirectory(path, pathKind(path))
        : `is the same work tree as repos[${first}].path; keep one of the two`
    return [{ key: `repos[${index}].path`, value: stated, message }]
  })
}

const notADirectory = (path: string, kind: PathKind): string =>
  kind === 'other'
    ? `is ${path}, which is no directory; name the work tree itself`
    : `is ${path}, which does not exist or may not be seen; correct it, or make it with \`gitsync clone\` or \`gitsync init\``
