import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { hasCode } from './problem/error-code.js'
import type { GitFailure } from './problem/problem.js'
import { failure } from './problem/problem.js'
import { plainWord } from '../shell-word.js'

/** The outermost folder on the way to a path, its end included, that this user may not enter; null where the way is free. */
const barredFolder = (path: string): string | null => {
  const parent = dirname(path)
  const above = parent === path ? null : barredFolder(parent)
  if (above !== null) return above
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) accessSync(path, constants.X_OK)
    return null
  } catch (error) {
    return hasCode(error, 'EACCES') ? path : null
  }
}

const isOwn = (folder: string): boolean => {
  try {
    return statSync(folder).uid === process.getuid?.()
  } catch {
    return false
  }
}

/** What is in the way of a path that seems to be missing: what may not be looked at is not gone. */
export const noEntry = (path: string): GitFailure | null => {
  const folder = barredFolder(path)
  if (folder === null) return null
  return failure(
    'unexpected',
    `${folder} may not be entered: permission denied.`,
    isOwn(folder)
      ? `Give yourself the right to: chmod u+rwx ${plainWord(folder)}`
      : 'Have its owner give you the right to, or run gitsync as a user who has it.',
  )
}

/** @throws GitFailure */
export const refuseNoEntry = (path: string): void => {
  const found = noEntry(path)
  if (found !== null) throw found
}
