import { createHash } from 'node:crypto'
import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every name below a folder with its kind, its inode, its times and its content: equal only where nothing was touched. */
export const snapshotOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(folder, name)
      const { mode, ino, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true })
      const isFile = lstatSync(path).isFile()
      const content = isFile ? createHash('sha1').update(readFileSync(path)).digest('hex') : ''
      return [name, mode, ino, mtimeNs, ctimeNs, content].join(' ')
    })
