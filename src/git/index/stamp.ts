import { meantNow } from '../files/stat-now.js'

/** Another one where any of these files came, went or was written anew, also by a rename. */
export const stampOf = (files: readonly string[]): string =>
  files
    .map(meantNow)
    .map((s) => (s === null ? '-' : `${String(s.mtimeNs)}/${String(s.ino)}`))
    .join(' ')
