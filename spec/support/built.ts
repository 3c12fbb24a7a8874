import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temp-repositories.js'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** The program as it is now, compiled into a folder of its own, for tests that need a process to kill. */
export const build = (): string => {
  const folder = temporaryFolder()
  // For a process of another user.
  chmodSync(folder, 0o755)
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  execFileSync('npx', ['tsc', '-p', '.', '--outDir', join(folder, 'dist')], { cwd: project })
  return join(folder, 'dist')
}
