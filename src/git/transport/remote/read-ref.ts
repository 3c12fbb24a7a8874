import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Oid } from '../../../actors/outcome.js'
import { runGit } from '../../program/git-program.js'
import { looseOidNow } from '../../refs/loose-ref.js'

/** The git directory that a linked worktree shares with the others; its own where there are none. */
export const commonDirOf = async (gitDir: string): Promise<string> => {
  const told = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '.')
  return resolve(gitDir, told.trim())
}

/** The commit that a ref names: read from its file, which spares an idle poll a process, else asked of git. */
export const readRef = async (cwd: string, gitDir: string, ref: string): Promise<Oid | null> => {
  const loose = looseOidNow(join(await commonDirOf(gitDir), ref))
  if (loose !== null) return loose
  const { code, stdout } = await runGit(
    [`--git-dir=${gitDir}`, 'rev-parse', '--verify', '--quiet', ref],
    { cwd },
  )
  return code === 0 ? stdout.toString().trim() : null
}
