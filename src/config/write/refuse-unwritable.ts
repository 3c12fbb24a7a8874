import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from '../config-error.js'
import { endOfLinks } from './end-of-links.js'

/** The nearest folder on the way to a file that is there, or what stands in its place. */
const nearest = (folder: string): string =>
  statSync(folder, { throwIfNoEntry: false }) === undefined && folder !== dirname(folder)
    ? nearest(dirname(folder))
    : folder

/** @throws what is in the way */
const look = (file: string): void => {
  const folder = nearest(dirname(endOfLinks(file) ?? file))
  if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`)
  accessSync(folder, constants.W_OK | constants.X_OK)
}

/**
 * Before anything is done: looks whether a file can be put there, and makes nothing.
 *
 * @param otherwise what a person may do instead, such as `, or name another file`
 * @throws ConfigError
 */
export const refuseUnwritable = (file: string, otherwise = ''): void => {
  try {
    look(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `cannot be written (${why}); make its folder one that you may write to${otherwise}`
    throw new ConfigError([{ key: file, value: undefined, message }])
  }
}
