import type { Stats } from 'node:fs'
import { lstat, readdir, realpath, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openBelow } from '../../files/open-files.js'
import { commonDirOf } from '../remote/read-ref.js'

interface Leftover {
  readonly path: string
  readonly stats: Stats
}

/** What git and libgit2 call objects and packs that they have not finished. */
const unfinished = /^(?:tmp_(?:obj|objdir|pack|idx|rev|object_git2)[_-]|pack_git2_)/

/** A killed process is gone by then: it is asked first and made to end after a second. */
const tries = 8
const pause = 250

/** Where the system does not tell who holds a file, one that was written to just now counts as held. */
const restless = 1000

const leftoversIn = async (folder: string): Promise<readonly Leftover[]> => {
  const names = await readdir(folder).catch(() => [])
  const found = names
    .filter((name) => unfinished.test(name))
    .map((name) => join(folder, name))
    .map(async (path) => {
      const stats = await lstat(path).catch(() => null)
      return stats === null ? [] : [{ path, stats }]
    })
  return (await Promise.all(found)).flat()
}

const leftoversBelow = async (objects: string): Promise<readonly Leftover[]> => {
  const names = await readdir(objects).catch(() => [])
  const folders = names.filter((name) => /^(?:[0-9a-f]{2}|pack)$/.test(name))
  const found = await Promise.all(['', ...folders].map((name) => leftoversIn(join(objects, name))))
  // Whose writers we cannot see.
  return found.flat().filter(({ stats }) => stats.uid === (process.getuid?.() ?? stats.uid))
}

const isHeld = async (objects: string, leftovers: readonly Leftover[]): Promise<boolean> => {
  const held = await openBelow(objects)
  if (held === null) return leftovers.some(({ stats }) => stats.mtimeMs > Date.now() - restless)
  const names = leftovers.map(({ path }) => relative(objects, path))
  return [...held].some((file) =>
    names.some((name) => file === name || file.startsWith(name + sep)),
  )
}

/** Where objects lie, which may be a link to another disk. */
export const objectsOf = async (gitDir: string): Promise<string> => {
  const folder = join(await commonDirOf(gitDir), 'objects')
  return realpath(folder).catch(() => folder)
}

/**
 * Removes those unfinished objects and packs that are old or new enough, which every reader of a repository passes over.
 * While any is held by a living process none goes: one that is closed may be about to get its name.
 *
 * @returns whether none is left
 */
export const removeLeftovers = async (
  gitDir: string,
  wanted: (stats: Stats) => boolean,
): Promise<boolean> => {
  const objects = await objectsOf(gitDir)
  for (let n = 0; n < tries; n += 1) {
    const leftovers = await leftoversBelow(objects)
    const ours = leftovers.filter(({ stats }) => wanted(stats))
    if (ours.length === 0) return true
    if (!(await isHeld(objects, leftovers))) {
      for (const { path } of ours)
        await rm(path, { recursive: true, force: true }).catch(() => null)
      return true
    }
    await setTimeout(pause)
  }
  return false
}
