import { realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import process from 'node:process'

export type PathKind = 'directory' | 'missing' | 'other'

/** What the settings depend on outside of the configuration. */
export interface Machine {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative paths start from, but for those of a file: they start from its folder. */
  readonly cwd: string
  /** Symlinks are followed. */
  readonly pathKind: (path: string) => PathKind
  /** Asked for directories that are there only. */
  readonly realPath: (path: string) => string
}

const pathKind = (path: string): PathKind => {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'other'
  } catch {
    // What may not be looked at is as good as missing.
    return 'missing'
  }
}

const realPath = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    // It went away since it was seen: whoever opens it will say so.
    return path
  }
}

/** The one this process runs on. */
export const thisMachine = (): Machine => ({
  home: homedir(),
  env: process.env,
  cwd: process.cwd(),
  pathKind,
  realPath,
})
