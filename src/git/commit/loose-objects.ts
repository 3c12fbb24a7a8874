import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { orAbsent } from '../problem/error-code.js'

/** Where an object lies on its own: a folder by the first byte of its name, a file by the rest. */
const placeOf = (oid: Oid): readonly [folder: string, file: string] => [
  oid.slice(0, 2),
  oid.slice(2),
]

/** The file of an object on its own, whether there is one or not. */
export const looseFileOf = (commonDir: string, oid: Oid): string =>
  join(commonDir, 'objects', ...placeOf(oid))

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
  const looseIn = async ([name, files]: readonly [string, readonly string[]]) => {
    const folder = join(commonDir, 'objects', name)
    const there = new Set(await orAbsent(readdir(folder)))
    const loose = files.filter((file) => there.has(file)).map((file) => join(folder, file))
    return loose.length === 0 ? [] : [...loose, folder]
  }
  return (await Promise.all([...wanted].map(looseIn))).flat()
}
