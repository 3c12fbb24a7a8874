import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { orAbsent } from '../problem/error-code.js'
import { refuseNoEntry } from '../no-entry.js'
import { printedBy } from './git-output.js'
import type { GitOutput } from './git-program.js'
import { runGit } from './git-program.js'
import { failure } from '../problem/problem.js'

/** What stands at a path that is to be made ready, and around it. */
export type Surroundings =
  /** Nothing yet, or a folder that no repository knows; `cwd` is there. */
  | { readonly kind: 'absent' | 'empty' | 'files'; readonly path: string; readonly cwd: string }
  | { readonly kind: 'file' | 'bare'; readonly path: string }
  | { readonly kind: 'inside'; readonly path: string; readonly top: string }
  | {
      readonly kind: 'repository'
      readonly path: string
      readonly cwd: string
      /** Short name of the branch that HEAD is on, which may be unborn. */
      readonly branch: string
      readonly head: Oid | null
      /** The branch of `origin` that this one follows. */
      readonly follows: string | null
      /** The address of each remote. */
      readonly remotes: ReadonlyMap<string, string>
      /** Whether git would see any file in the work tree. */
      readonly isEmpty: boolean
    }

const line = ({ stdout }: GitOutput): string => stdout.toString().replace(/\n$/, '')

/** The real path, as far as it leads to something; and the innermost folder that is there. */
const settle = async (path: string): Promise<{ readonly path: string; readonly cwd: string }> => {
  const real = await orAbsent(realpath(path))
  if (real !== null) return { path: real, cwd: real }
  const parent = dirname(path)
  // The root is always there.
  const above = await settle(parent)
  return { path: join(above.path, relative(parent, path)), cwd: above.cwd }
}

/** The work tree that a folder is in, `bare` inside of a git directory, or null. @throws GitFailure */
const topOf = async (cwd: string): Promise<string | null> => {
  const asked = await runGit(['rev-parse', '--is-inside-work-tree'], { cwd })
  if (asked.code !== 0 && /not a git repository/i.test(asked.stderr)) return null
  if (printedBy(asked).toString().trim() !== 'true') return 'bare'
  return line(await runGit(['rev-parse', '--show-toplevel'], { cwd }))
}

const isIgnored = async (top: string, path: string): Promise<boolean> => {
  const { code } = await runGit(['check-ignore', '--quiet', '--', `${path}/`], { cwd: top })
  return code === 0
}

const remotesOf = async (cwd: string): Promise<ReadonlyMap<string, string>> => {
  const wanted = '^remote\\..*\\.url$'
  const { stdout } = await runGit(['config', '--null', '--get-regexp', wanted], { cwd })
  const entries = stdout.toString().split('\0').filter(Boolean)
  return new Map(
    entries.reverse().map((entry) => {
      const [key = '', ...url] = entry.split('\n')
      return [key.slice('remote.'.length, -'.url'.length), url.join('\n')] as const
    }),
  )
}

/** Null where the branch follows none, or one of another remote. */
const followedBy = async (cwd: string, branch: string): Promise<string | null> => {
  const said = async (key: string): Promise<string> =>
    line(await runGit(['config', '--get', `branch.${branch}.${key}`], { cwd }))
  if ((await said('remote')) !== 'origin') return null
  return /^refs\/heads\/(.+)$/.exec(await said('merge'))?.[1] ?? null
}

const repositoryAt = async (path: string): Promise<Surroundings> => {
  const head = await runGit(['symbolic-ref', '--quiet', 'HEAD'], { cwd: path })
  const ref = line(head)
  if (head.code !== 0 || !ref.startsWith('refs/heads/'))
    throw failure('detached-head', `HEAD of ${path} is not on a branch.`)
  const tip = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: path })
  const env = { GIT_OPTIONAL_LOCKS: '0' }
  const found = await runGit(['status', '--porcelain'], { cwd: path, env })
  const branch = ref.slice('refs/heads/'.length)
  return {
    kind: 'repository',
    path,
    cwd: path,
    branch,
    follows: await followedBy(path, branch),
    head: tip.code === 0 ? line(tip) : null,
    remotes: await remotesOf(path),
    isEmpty: found.stdout.length === 0,
  }
}

/** Looks at a path and changes nothing. @throws GitFailure where git refuses to look, or HEAD is on no branch */
export const surroundingsOf = async (given: string): Promise<Surroundings> => {
  refuseNoEntry(join(given, '.git'))
  const { path, cwd } = await settle(given)
  const isThere = path === cwd
  if (!(await stat(cwd)).isDirectory()) return { kind: 'file', path }
  const top = await topOf(cwd)
  if (top === 'bare') return { kind: 'bare', path }
  if (top !== null && isThere && (await realpath(top)) === path) return repositoryAt(path)
  if (top !== null && !(await isIgnored(top, path))) return { kind: 'inside', path, top }
  if (!isThere) return { kind: 'absent', path, cwd }
  return { kind: (await readdir(path)).length === 0 ? 'empty' : 'files', path, cwd }
}

/** Whether git, or the environment, says who commits in this folder. */
export const hasIdentity = async (cwd: string): Promise<boolean> => {
  const said = async (key: string, ...names: readonly string[]): Promise<boolean> => {
    if (names.every((name) => (process.env[name] ?? '') !== '')) return true
    const { code, stdout } = await runGit(['config', '--get', key], { cwd })
    return code === 0 && stdout.toString().trim() !== ''
  }
  return (
    (await said('user.name', 'GIT_AUTHOR_NAME', 'GIT_COMMITTER_NAME')) &&
    (await said('user.email', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_EMAIL'))
  )
}
