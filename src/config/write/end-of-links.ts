import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Links that are followed, as many as Linux does. */
const bound = 40

const orNull = (look: () => string): string | null => {
  try {
    return look()
  } catch {
    return null
  }
}

/** Where a path leads, also to what is not there yet, by way of folders that are not; null where a link leads to itself. */
export const endOfLinks = (path: string, followed = 0): string | null => {
  if (followed > bound) return null
  const there = orNull(() => realpathSync(path))
  if (there !== null) return there
  const above = dirname(path)
  if (above === path) return path
  const folder = endOfLinks(above, followed)
  if (folder === null) return null
  const link = orNull(() => readlinkSync(join(folder, basename(path))))
  return link === null
    ? join(folder, basename(path))
    : endOfLinks(resolve(folder, link), followed + 1)
}
