import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { endOfLinks } from './end-of-links.js'

const syncFolder = (folder: string): void => {
  // Windows opens no folders; there the rename is on the disk when the file is.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Puts a whole text in the place of a file: written aside, flushed, renamed, so that a kill leaves either text.
 *
 * @param check is called right before, and throws where the old text is not to be replaced any more
 */
export const replaceFile = (
  file: string,
  text: string,
  check: () => void = () => undefined,
): void => {
  // A file that is a link, as many keep their settings, is written where it leads.
  const place = endOfLinks(file) ?? file
  const folder = dirname(place)
  mkdirSync(folder, { recursive: true })
  const mode = statSync(place, { throwIfNoEntry: false })?.mode ?? 0o644
  const aside = join(folder, `.${basename(place)}.new`)
  rmSync(aside, { force: true })
  const handle = openSync(aside, 'wx', mode & 0o777)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    check()
    renameSync(aside, place)
  } finally {
    rmSync(aside, { force: true })
  }
  syncFolder(folder)
}
