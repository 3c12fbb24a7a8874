import { copyFileSync, constants, linkSync, lstatSync, renameSync } from 'node:fs'
import { link } from 'node:fs/promises'
import { hasCode } from '../problem/error-code.js'

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

/**
 * The file under a second name, whole from the first moment on; without hard links a copy, which is made in one turn.
 *
 * @throws EEXIST where something stands there
 */
export const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!cannotLink(error)) throw error
    copyFileSync(from, to, constants.COPYFILE_EXCL)
  }
}
