import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import fs from 'fs-extra'
import type { Space } from './facts.js'

/** The folder itself, or the nearest above it that is there. */
export const nearestFolder = async (folder: string): Promise<string> => {
  let found = folder
  while (found !== dirname(found) && !(await fs.pathExists(found))) found = dirname(found)
  return found
}

/** What is left to this user on the file system of a folder that is there. */
export const readSpace = async (place: string): Promise<Space> => {
  const { bavail, bsize, files, ffree } = await statfs(place)
  return { place, bytes: bavail * bsize, inodes: files === 0 ? null : ffree }
}
