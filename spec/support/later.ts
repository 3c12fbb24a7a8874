import {
  existsSync,
  lstatSync,
  lutimesSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** Milliseconds, longer than the minute for which a lock may be a living git's. */
const awhile = 120_000

/** Two minutes go by for each lock, and for each note of one. */
export const ageLocks = (gitDir: string): void => {
  for (const name of readdirSync(gitDir, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.lock') && !/\/ref\.json(?:\.new)?$/.test(name)) continue
    const { atimeMs, mtimeMs } = lstatSync(join(gitDir, name))
    lutimesSync(join(gitDir, name), (atimeMs - awhile) / 1000, (mtimeMs - awhile) / 1000)
  }
}

/** The machine was off for a while, and its next boot is another. */
export const bootAgain = (gitDir: string): void => {
  if (!existsSync(gitDir)) return
  ageLocks(gitDir)
  const note = join(gitDir, 'gitsync/boot')
  if (!existsSync(note)) return
  const { atime, mtime } = statSync(note)
  writeFileSync(note, 'the boot before')
  utimesSync(note, atime, mtime)
}
