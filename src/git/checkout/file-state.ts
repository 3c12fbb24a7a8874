import type { BigIntStats } from 'node:fs'
import { constants } from 'node:fs'

/**
 * As much of a stat as tells whether somebody wrote to a file. A move remembers it of each file, and a whole stat takes
 * four times as much.
 */
export interface FileState extends Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'> {
  readonly dev: number
  readonly mode: number
}

export const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs, mode }: BigIntStats): FileState => ({
  dev: Number(dev),
  ino,
  size,
  mtimeNs,
  ctimeNs,
  mode: Number(mode),
})

export const isFile = ({ mode }: FileState): boolean =>
  (mode & constants.S_IFMT) === constants.S_IFREG

/** Whether nobody wrote between the two. */
export const isUntouched = (before: Omit<FileState, 'ctimeNs'>, now: BigIntStats): boolean =>
  before.ino === now.ino &&
  before.size === now.size &&
  before.mtimeNs === now.mtimeNs &&
  before.mode === Number(now.mode)
