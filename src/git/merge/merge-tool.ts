import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import type { Oid, RepoPath } from '../../actors/outcome.js'
import { gitOutput } from '../program/git-output.js'
import { failure } from '../problem/problem.js'

/** Three versions of one file. */
export interface ThreeVersions {
  readonly path: RepoPath
  readonly local: Oid
  readonly remote: Oid
  /** What both were made from; null where it cannot be found. */
  readonly base: Oid | null
}

export interface ToolMerge {
  /** The blob of what the person made of them. */
  readonly oid: Oid
  /** Where it lies until it is committed. */
  readonly folder: string
}

/** As `git mergetool` would: with git's own scriptlets, which know every tool and each one's habits. */
const script = `
TOOL_MODE=merge
. "$(git --exec-path)/git-mergetool--lib" || exit 1
tool=\${GITSYNC_TOOL:-$(get_merge_tool)} || exit 1
test -n "$tool" || exit 1
setup_tool "$tool" || exit 1
run_merge_tool "$tool" "$BASE_PRESENT"
`

/** The terminal is the tool's. */
const runScript = (workTree: string, env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', script], {
      cwd: workTree,
      env: { ...process.env, ...env },
      // What a tool prints is no answer of ours.
      stdio: ['inherit', process.stderr, 'inherit'],
    })
    child.on('error', reject)
    child.on('close', (code) => {
      resolve(code ?? 1)
    })
  })

/** As it would be in the work tree, with filters. */
const smudged = (workTree: string, path: RepoPath, oid: Oid): Promise<Buffer> =>
  gitOutput(workTree, ['cat-file', '--filters', `--path=${path}`, oid])

const nothingMade = (tool: string | null): Error =>
  failure(
    'conflict',
    `${tool ?? 'The merge tool'} did not finish a merge; nothing was changed.`,
    'Save the merged version in it, and name a tool that is there: git config merge.tool NAME.',
  )

/**
 * Lets a person merge two versions in their tool, in a folder outside of the work tree. Its result becomes a blob.
 *
 * @param tool by the name that git knows it by; null: the configured one
 * @throws GitFailure where the tool gives up
 */
export const mergeByTool = async (
  workTree: string,
  { path, local, remote, base }: ThreeVersions,
  tool: string | null,
): Promise<ToolMerge> => {
  const folder = await mkdtemp(join(tmpdir(), 'gitsync-merge-'))
  const { name, ext } = posix.parse(path)
  const fileOf = (what: string): string => join(folder, `${name}.${what}${ext}`)
  const [mine, other, origin] = [fileOf('LOCAL'), fileOf('REMOTE'), fileOf('BASE')]
  const [merged, backup] = [join(folder, posix.basename(path)), fileOf('BACKUP')]
  const content = await smudged(workTree, path, local)
  for (const file of [mine, merged, backup]) await writeFile(file, content)
  await writeFile(other, await smudged(workTree, path, remote))
  await writeFile(origin, base === null ? '' : await smudged(workTree, path, base))
  // Older than the backup, so that git's scriptlets see whether anything was written.
  await utimes(merged, 0, 0)
  const code = await runScript(workTree, {
    LOCAL: mine,
    REMOTE: other,
    BASE: origin,
    MERGED: merged,
    BACKUP: backup,
    BASE_PRESENT: base === null ? 'false' : 'true',
    GITSYNC_TOOL: tool ?? '',
  })
  const untouched = (await stat(merged).catch(() => null))?.mtimeMs === 0
  if (code !== 0 || untouched) {
    // What was written may be worth keeping.
    if (untouched) await rm(folder, { recursive: true, force: true })
    throw nothingMade(tool)
  }
  const hash = ['hash-object', '-w', `--path=${path}`, '--stdin']
  const output = await gitOutput(workTree, hash, await readFile(merged))
  return { oid: output.toString().trim(), folder }
}
