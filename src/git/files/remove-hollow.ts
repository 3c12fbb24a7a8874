import { lstat, readdir, rmdir } from 'node:fs/promises'

/** The folder and those below it, the innermost first; null where there is more than folders, or one may not be looked into. */
const hollowIn = async (folder: Buffer): Promise<readonly Buffer[] | null> => {
  const options = { withFileTypes: true, encoding: 'buffer' } as const
  const below: Buffer[] = []
  for (const entry of (await readdir(folder, options).catch(() => null)) ?? [null]) {
    if (entry?.isDirectory() !== true) return null
    const found = await hollowIn(Buffer.concat([folder, Buffer.from('/'), entry.name]))
    if (found === null) return null
    below.push(...found)
  }
  return [...below, folder]
}

/** Removes a folder in which there is no file at any depth. @returns whether it is gone: what comes to it meanwhile keeps it */
export const removeHollow = async (folder: string | Buffer): Promise<boolean> => {
  try {
    // Behind a link lies what is nobody's to remove.
    if (!(await lstat(folder)).isDirectory()) return false
    const hollow = await hollowIn(Buffer.from(folder))
    for (const one of hollow ?? []) await rmdir(one)
    return hollow !== null
  } catch {
    return false
  }
}
