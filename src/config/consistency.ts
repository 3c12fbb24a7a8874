import type { RepoSettings } from '../actors/settings.js'
import type { ConfigFault } from './config-error.js'
import { renderDuration } from './value/duration.js'
import type { Layer } from './layer.js'
import type { Machine, PathKind } from './machine.js'

/** A burst cannot end at the latest before it may end at the earliest. Told where `maxWait` was stated. */
export const waitFaults = (
  builtIn: RepoSettings,
  defaults: Layer,
  repo: Layer,
  repoKey: string,
): readonly ConfigFault[] => {
  const { debounce, maxWait } = { ...builtIn, ...defaults.values, ...repo.values }
  const unread = [...defaults.faults, ...repo.faults].some(({ key }) =>
    /\.(debounce|maxWait)$/.test(key),
  )
  const stated = repo.values.maxWait ?? defaults.values.maxWait
  if (unread || stated === undefined || debounce <= maxWait) return []
  const own = repo.values.maxWait !== undefined || repo.values.debounce !== undefined
  return [
    {
      key: `${own ? repoKey : 'defaults'}.maxWait`,
      value: renderDuration(maxWait),
      message: `must not be shorter than debounce, which is ${renderDuration(debounce)}: lower debounce or raise maxWait`,
    },
  ]
}

/** Where nobody states it, the longest wait grows with the quiet time that was asked for. */
export const withLongestWait = (settings: RepoSettings): RepoSettings =>
  settings.debounce <= settings.maxWait ? settings : { ...settings, maxWait: settings.debounce }

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
