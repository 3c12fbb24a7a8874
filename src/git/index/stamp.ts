import { stat } from 'node:fs/promises'

/** Another one where any of these files came, went or was written anew, also by a rename. */
export const stampOf = async (files: readonly string[]): Promise<string> => {
  const stats = await Promise.all(
    files.map((file) => stat(file, { bigint: true }).catch(() => null)),
  )
  return stats.map((s) => (s === null ? '-' : `${String(s.mtimeNs)}/${String(s.ino)}`)).join(' ')
}
