import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Oid } from '../../actors/outcome.js'
import { statNow } from '../files/stat-now.js'

/** Objects looked for between two turns of the event loop: about a millisecond. */
const slice = 128

/** The file of an object on its own, whether there is one or not: in a folder by the first byte of its name. */
export const looseFileOf = (commonDir: string, oid: Oid): string =>
  join(commonDir, 'objects', oid.slice(0, 2), oid.slice(2))

/** Those of these objects that lie in files of their own, with the folders that name them; the others are packed. */
export const looseFilesOf = async (
  commonDir: string,
  oids: readonly Oid[],
): Promise<readonly string[]> => {
  const loose = new Set<string>()
  for (const [n, oid] of oids.entries()) {
    const file = looseFileOf(commonDir, oid)
    if (statNow(file) !== null) loose.add(dirname(file)).add(file)
    if (n % slice === slice - 1) await setImmediate()
  }
  return [...loose]
}
