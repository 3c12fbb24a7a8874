import { copyFileSync, constants, linkSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { link } from 'node:fs/promises'
import { hasCode } from '../problem/error-code.js'
import { markStep } from '../step-mark.js'

/** What is said where a file cannot have two names: FAT, exFAT and some network file systems know no hard links. */
const said = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'] as const

export const cannotLink = (error: unknown): boolean => said.some((code) => hasCode(error, code))

const isThere = (file: string | Buffer): boolean =>
  lstatSync(file, { throwIfNoEntry: false }) !== undefined

/**
 * Gives a file a name that nothing has yet; whether it keeps the one that it had is left open.
 *
 * Without hard links it is looked whether the name is free, and renamed in the same turn: what another program puts there
 * in these microseconds is lost, since Node has no rename that replaces nothing.
 *
 * @returns whether nothing stood there
 */
export const nameNew = async (from: string | Buffer, to: string | Buffer): Promise<boolean> => {
  try {
    await link(from, to)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    if (!cannotLink(error)) throw error
    if (isThere(to)) return false
    renameSync(from, to)
  }
  return true
}

const copyNoted = (from: string, to: string, note: string): void => {
  copyFileSync(from, note)
  markStep('copy-noted')
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  } finally {
    rmSync(note, { force: true })
  }
}

/**
 * The file under a second name, whole from the first moment on; without hard links a copy, which is made in one turn.
 *
 * @param note absolute path for another copy, which is there meanwhile: after a kill it tells whose an empty one is
 * @throws EEXIST where something stands there
 */
export const linkOrCopy = (from: string, to: string, note: string | null = null): void => {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!cannotLink(error)) throw error
    if (note === null) copyFileSync(from, to, constants.COPYFILE_EXCL)
    else copyNoted(from, to, note)
  }
}
