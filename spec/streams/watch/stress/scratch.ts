import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** A work tree in a temporary folder, with as much of a git directory as the watcher looks at. */
export interface Scratch {
  /** Holds the work tree, and room beside it. */
  readonly home: string
  readonly root: string
  readonly gitDir: string
  readonly own: ReadonlySet<string>
  at(name: string): string
  remove(): void
}

export const makeGitDir = (gitDir: string): void => {
  fs.mkdirSync(path.join(gitDir, 'info'), { recursive: true })
  fs.mkdirSync(path.join(gitDir, 'refs/heads'), { recursive: true })
  fs.writeFileSync(path.join(gitDir, 'HEAD'), 'ref: refs/heads/main\n')
  fs.writeFileSync(path.join(gitDir, 'config'), '')
}

export const makeScratch = (): Scratch => {
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gitsync-watch-')))
  const root = path.join(home, 'work')
  const gitDir = path.join(root, '.git')
  makeGitDir(gitDir)
  return {
    home,
    root,
    gitDir,
    own: new Set(),
    at: (name) => path.join(root, name),
    remove: () => {
      fs.rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The same numbers for the same seed (mulberry32). */
export const randomBy = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const write = (file: string, text = `${file}\n`): void => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}

/** Directories of this many files each, two levels deep. */
export const plant = (base: string, directories: number, files: number): void => {
  for (let d = 0; d < directories; d += 1) {
    const directory = path.join(base, `g${String(d % 5)}`, `d${String(d)}`)
    for (let f = 0; f < files; f += 1) write(path.join(directory, `f${String(f)}.txt`))
  }
}
