import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { commonDirOf } from './read-ref.js'

/**
 * Removes the half-received packs that killed fetches left. One that was not written to for as long as a transfer may be
 * silent belongs to nobody any more.
 */
export const removeLeftovers = async (gitDir: string, silence: number): Promise<void> => {
  const folder = join(await commonDirOf(gitDir), 'objects', 'pack')
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((entry) => entry.startsWith('pack_git2_'))) {
    const written = await stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    )
    if (written <= Date.now() - silence) await rm(join(folder, name), { force: true })
  }
}
