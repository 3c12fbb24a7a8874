import { posix } from 'node:path'
import type { Oid, RepoPath } from '../actors/outcome.js'

const two = (n: number): string => String(n).padStart(2, '0')

/** `YYYYMMDD-HHMMSS`, UTC. @param seconds since the epoch */
const stampOf = (seconds: number): string => {
  const at = new Date(seconds * 1000)
  const day = `${String(at.getUTCFullYear()).padStart(4, '0')}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
  return `${day}-${two(at.getUTCHours())}${two(at.getUTCMinutes())}${two(at.getUTCSeconds())}`
}

/**
 * Where the version that lost is kept: `NAME.sync-conflict-YYYYMMDD-HHMMSS-XXXXXXX.EXT`. A function of
 * commit and content alone, so that every machine which resolves the same conflict makes the same tree.
 *
 * @param seconds committer time of the losing commit, since the epoch
 * @param blob of the losing version
 */
export const conflictCopyPath = (path: RepoPath, seconds: number, blob: Oid): RepoPath => {
  const { dir, name, ext } = posix.parse(path)
  const copy = `${name}.sync-conflict-${stampOf(seconds)}-${blob.slice(0, 7)}${ext}`
  return dir === '' ? copy : `${dir}/${copy}`
}
