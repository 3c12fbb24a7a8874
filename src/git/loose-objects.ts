import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '../actors/outcome.js'
import { orAbsent } from './error-code.js'

/** Where an object lies on its own: a folder by the first byte of its name, a file by the rest. */
const placeOf = (oid: Oid): readonly [folder: string, file: string] => [
  oid.slice(0, 2),
  oid.slice(2),
]

/** Those of these objects that lie in files of their own, with the folders that name them; the others are packed. */
export const looseFilesOf = async (
  commonDir: string,
  oids: readonly Oid[],
): Promise<readonly string[]> => {
  const wanted = new Map<string, string[]>()
  for (const oid of oids) {
    const [folder, file] = placeOf(oid)
    const files = wanted.get(folder) ?? []
    files.push(file)
    wanted.set(folder, files)
  }
  const found: string[] = []
  for (const [name, files] of wanted) {
    const folder = join(commonDir, 'objects', name)
    const there = new Set(await orAbsent(readdir(folder)))
    const loose = files.filter((file) => there.has(file)).map((file) => join(folder, file))
    if (loose.length > 0) found.push(...loose, folder)
  }
  return found
}
