import { git } from './temp-repositories.js'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The file of an object on its own. */
export const looseAt = (dir: string, oid: string): string =>
  join(dir, '.git/objects', oid.slice(0, 2), oid.slice(2))

/** Empties the file of an object, as a power cut does. */
export const tear = (dir: string, revision: string): void => {
  const file = looseAt(dir, git(dir, ['rev-parse', revision]))
  rmSync(file)
  writeFileSync(file, '')
}
