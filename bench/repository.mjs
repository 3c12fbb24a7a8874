import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { command, git } from './command.mjs'

const perFolder = 100

/** Path of the n-th file. */
export const fileAt = (n) => `part-${Math.floor(n / perFolder)}/note-${n}.md`

/** Between 200 bytes and 2 kB of text, the same for the same numbers. */
export const contentOf = (n, version = 0) =>
  `Note ${n}, version ${version}\n${`Line of note ${n} ${(n * 7919 + version) % 104_729}.\n`.repeat(7 + ((n * 31) % 60))}`

/** Files written at the same time. */
const slice = 64

/** Writes files, without git. */
export const writeFiles = async (folder, size, version = 0) => {
  for (let n = 0; n < size; n += slice * perFolder) {
    const folders = Array.from({ length: slice }, (_, k) => n + k * perFolder)
    await Promise.all(
      folders
        .filter((first) => first < size)
        .map((first) => mkdir(dirname(join(folder, fileAt(first))), { recursive: true })),
    )
  }
  for (let n = 0; n < size; n += slice)
    await Promise.all(
      Array.from({ length: Math.min(slice, size - n) }, (_, k) =>
        writeFile(join(folder, fileAt(n + k)), contentOf(n + k, version)),
      ),
    )
}

/** A bare repository whose branch has that many files; with `changed`, a branch `next` that changes so many of them. */
export const seed = async (folder, size, changed = 0) => {
  const work = `${folder}.work`
  await git('/', 'init', '-q', work)
  await writeFiles(work, size)
  await git(work, 'add', '-A')
  await git(work, 'commit', '-qm', 'All notes')
  if (changed > 0) {
    await git(work, 'checkout', '-qb', 'next')
    await writeFiles(work, changed, 1)
    await git(work, 'commit', '-qam', 'Notes of another machine')
    await git(work, 'checkout', '-q', 'main')
  }
  await git(work, 'repack', '-adq')
  await git('/', 'clone', '-q', '--bare', work, folder)
  await rm(work, { recursive: true })
  return folder
}

/**
 * A clone at rest: its index is younger than the files that it knows, and they are on the disk, as files of people are. To
 * remove a file that was never flushed costs next to nothing, and who came first would have flushed everybody's.
 */
export const clone = async (from, to) => {
  await git('/', 'clone', '-q', from, to)
  await git(to, 'update-index', '-q', '--refresh')
  await command('sync', ['-f', to])
  return to
}
