import type { Oid } from '../../actors/outcome.js'
import { findGit, runGit } from '../program/git-program.js'
import type { Repository } from '../repository.js'

/** Bytes from which a content is large: libgit2 holds it in memory several times over. */
const large = 16 * 1024 * 1024

/** Which of these blobs are large. Only the git program tells without reading them; without it none is known to be. */
export const largeAmong = async (
  { gitDir }: Repository,
  oids: readonly Oid[],
): Promise<ReadonlySet<Oid>> => {
  if (oids.length === 0 || (await findGit()) === null) return new Set()
  const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)', '--buffer']
  const { stdout } = await runGit(args, { cwd: gitDir, stdin: `${oids.join('\n')}\n` })
  const sizes = stdout.toString('latin1').matchAll(/^(\w+) (\d+)$/gm)
  const found = new Set<Oid>()
  // One after the other: of a hundred thousand all at once would take thirty megabytes.
  for (const [, oid = '', size] of sizes) if (Number(size) >= large) found.add(oid)
  return found
}
