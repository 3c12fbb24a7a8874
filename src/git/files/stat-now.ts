import type { BigIntStats } from 'node:fs'
import { lstatSync, statSync } from 'node:fs'
import { hasCode } from '../problem/error-code.js'

/**
 * What stands at a path, a link itself and not what it leads to; null where nothing does. Asked at once: the system
 * answers out of its memory in two or three microseconds, and the way through a thread would take ten times as long.
 */
export const statNow = (file: string | Buffer): BigIntStats | null => {
  try {
    return lstatSync(file, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
}

/** The same; null also where nobody may know. */
export const seenNow = (file: string | Buffer): BigIntStats | null => {
  try {
    return statNow(file)
  } catch {
    return null
  }
}

/** What a link leads to, else what stands there; null where nothing does, or nobody may know. */
export const meantNow = (file: string | Buffer): BigIntStats | null => {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}
