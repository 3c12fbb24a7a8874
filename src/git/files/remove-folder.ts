import { readdir, rm, unlink } from 'node:fs/promises'
import { orAbsent } from '../problem/error-code.js'
import { inSlices, toEnd } from '../slices.js'

/** The files in a folder and below it. */
const filesIn = async (folder: Buffer): Promise<readonly Buffer[]> => {
  const options = { withFileTypes: true, encoding: 'buffer' } as const
  const files: Buffer[] = []
  for (const entry of (await orAbsent(readdir(folder, options))) ?? []) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name])
    files.push(...(entry.isDirectory() ? await filesIn(path) : [path]))
  }
  return files
}

/** Removes a folder of our own, also one of many files: `rm` alone looks at each before, which takes twice as long. */
export const removeFolder = async (folder: string): Promise<void> => {
  const files = await filesIn(Buffer.from(folder))
  await toEnd(inSlices(files, (file) => orAbsent(unlink(file))))
  await rm(folder, { recursive: true, force: true })
}
