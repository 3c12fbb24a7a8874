import fs from 'node:fs'

/** A work tree by names of one character per byte, so that any file name can be a key. */
export interface Survey {
  readonly files: ReadonlyMap<string, string>
  readonly directories: readonly string[]
}

export const absolute = (root: string, key: string): Buffer =>
  Buffer.concat([Buffer.from(root), Buffer.from(`/${key}`, 'latin1')])

/** What the watcher calls it. */
export const told = (key: string): string => Buffer.from(key, 'latin1').toString('utf8')

/** Everything but git directories and directories of these names; symbolic links are files. */
export const survey = (root: string, without: readonly string[] = []): Survey => {
  const files = new Map<string, string>()
  const directories: string[] = []
  const visit = (key: string): void => {
    for (const entry of fs.readdirSync(absolute(root, key), {
      withFileTypes: true,
      encoding: 'buffer',
    })) {
      const name = entry.name.toString('latin1')
      const child = key === '' ? name : `${key}/${name}`
      if (name === '.git') continue
      if (entry.isDirectory()) {
        if (without.includes(name)) continue
        directories.push(child)
        visit(child)
      } else {
        const stats = fs.lstatSync(absolute(root, child))
        files.set(child, [stats.ino, stats.mode, stats.size, stats.mtimeMs].join(' '))
      }
    }
  }
  visit('')
  return { files, directories }
}

/** The files that came, went or differ. */
export const changedBetween = (before: Survey, after: Survey): readonly string[] =>
  [...new Set([...before.files.keys(), ...after.files.keys()])].filter(
    (key) => before.files.get(key) !== after.files.get(key),
  )
