import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flush } from '../files/flush.js'

/** A branch of a remote. */
interface Place {
  readonly remote: string
  readonly branch: string
}

const fileOf = (gitDir: string, { remote, branch }: Place): string =>
  join(
    ...[gitDir, 'gitsync', 'owed'],
    createHash('sha1').update(`${remote}/${branch}`).digest('hex'),
  )

/**
 * Whether a push to several addresses is not over at all of them. The remote is fetched from one, which cannot tell what
 * the others lack. Looked at in each cycle, and so at once.
 */
export const isOwedNow = (gitDir: string, place: Place): boolean =>
  existsSync(fileOf(gitDir, place))

/** Stands, on the disk, from before such a push until all have it. */
export const noteOwed = async (gitDir: string, place: Place): Promise<void> => {
  const file = fileOf(gitDir, place)
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  await writeFile(file, `${place.remote}/${place.branch}\n`)
  await flush([file, folder, dirname(folder)])
}

export const clearOwed = (gitDir: string, place: Place): Promise<void> =>
  rm(fileOf(gitDir, place), { force: true })
