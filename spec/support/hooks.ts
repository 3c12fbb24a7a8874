import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temp-repositories.js'

/** A shell script as a hook. */
export const hook = (dir: string, name: string, script: string, folder = '.git/hooks'): void => {
  mkdirSync(join(dir, folder), { recursive: true })
  writeFileSync(join(dir, folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** A file outside of every work tree, in which hooks leave a line each time. */
export const trace = (): { readonly file: string; readonly lines: () => readonly string[] } => {
  const file = join(temporaryFolder(), 'trace')
  return {
    file,
    lines: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [],
  }
}
