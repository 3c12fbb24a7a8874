import type { GitOid, GitSignature } from '../git-objects.js'
import { durably, runGit } from '../program/git-program.js'
import { emptyTree, libgit2 } from '../libgit2.js'
import { GitFailure, problemOfGitStderr } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { refusal } from '../seldom.js'
import { shellWord } from '../../shell-word.js'
import type { Signing } from './signing.js'
import { agentEnvironment } from '../transport/ssh/agent-socket.js'

/** What a commit says, but for its signature. */
export interface CommitDraft {
  readonly author: GitSignature
  readonly committer: GitSignature
  readonly message: string
  readonly tree: GitOid
  readonly parents: readonly GitOid[]
}

/** How git is had to sign. */
export interface Manner {
  /** Milliseconds that the program which signs gets. */
  readonly time: number
  /** Options of git itself. */
  readonly options: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** A person may have to unlock a key meanwhile. */
export const usualManner: Manner = { time: 30_000, options: [], env: {} }

/** Minutes east of Greenwich, as git writes them. */
const zoneOf = (minutes: number): string => {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const digits = String(100 * hours + rest).padStart(4, '0')
  return `${minutes < 0 ? '-' : '+'}${digits}`
}

const identity = (role: 'AUTHOR' | 'COMMITTER', who: GitSignature): NodeJS.ProcessEnv => {
  const when = who.when()
  return {
    [`GIT_${role}_NAME`]: who.name(),
    [`GIT_${role}_EMAIL`]: who.email(),
    [`GIT_${role}_DATE`]: `@${String(when.time())} ${zoneOf(when.offset())}`,
  }
}

/** What makes the next try go well, as far as the format tells. */
const remedyOf = ({ workTree }: Repository, { format, key }: Signing): string => {
  const tried = `git -C ${shellWord(workTree)} commit-tree -S -m try ${emptyTree}`
  const file = key !== null && /[/\\]/.test(key) ? shellWord(key) : 'KEY'
  const unlock =
    format === 'ssh'
      ? `Load the key into the agent (ssh-add ${file}), and see whether git can sign: ${tried}`
      : `Sign once in a terminal, where the agent can ask for the passphrase: GPG_TTY=$(tty) ${tried}`
  return `${unlock} - then gitsync sync, or wait. Or correct user.signingKey, or turn commit.gpgSign off.`
}

/**
 * Lets git write it, so that it is signed by the program, with the key and in the format that git is set to. Without a
 * terminal: a passphrase is asked for in a window, or by nobody. @throws GitFailure with what makes the next try go well
 */
export const writeSigned = async (
  repository: Repository,
  signing: Signing,
  draft: CommitDraft,
  { time, options, env }: Manner = usualManner,
): Promise<GitOid> => {
  const unsigned = (why: string): GitFailure =>
    refusal(`The commit could not be signed: ${why}`, remedyOf(repository, signing))
  const parents = draft.parents.flatMap((parent) => ['-p', parent.tostrS()])
  const { code, stdout, stderr } = await runGit(
    [
      `--git-dir=${repository.gitDir}`,
      ...durably,
      // As libgit2 writes it.
      ...['-c', 'i18n.commitEncoding=UTF-8'],
      ...options,
      ...['commit-tree', '-S', ...parents, '-F', '-', draft.tree.tostrS()],
    ],
    {
      cwd: repository.workTree,
      env: {
        ...(await agentEnvironment()),
        ...identity('AUTHOR', draft.author),
        ...identity('COMMITTER', draft.committer),
        GPG_TTY: undefined,
        ...env,
      },
      stdin: draft.message,
      signal: repository.closing,
      doubt: {
        after: time,
        reason: () => Promise.resolve(unsigned(`it took longer than ${String(time / 1000)} s`)),
      },
    },
  )
  if (code === 0) return libgit2.Oid.fromString(stdout.toString().trim())
  const told = problemOfGitStderr(stderr, code)
  throw told.kind === 'disk-full' ? new GitFailure(told) : unsigned(told.message)
}
