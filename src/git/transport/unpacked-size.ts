import { runGit } from '../program/git-program.js'
import type { Oid } from '../../actors/outcome.js'

/**
 * Bytes of what a fetch brought, as they lie on the disk, which is how they came: git unpacks a small fetch and says
 * nothing of it. None where git is older than 2.31, the first that can be asked.
 *
 * @param ref moved by the fetch
 * @param before where it was; null: nowhere
 */
export const unpackedSize = async (
  cwd: string,
  gitDir: string,
  ref: string,
  before: Oid | null,
): Promise<number> => {
  // What a remote's HEAD leads to, as git clone sets it, has just come.
  const fresh = [ref, 'refs/remotes/*/HEAD'].map((one) => `--exclude=${one}`)
  const known = [...fresh, '--all', ...(before === null ? [] : [before])]
  const args = ['rev-list', '--objects', '--disk-usage', ref, '--not', ...known]
  const { code, stdout } = await runGit([`--git-dir=${gitDir}`, ...args], { cwd })
  return code === 0 ? Number(stdout.toString().trim()) : 0
}
