import type { GitOid, GitSignature } from './git-objects.js'
import { durably, runGit } from './git-program.js'
import { libgit2 } from './libgit2.js'
import { failure, GitFailure, problemOfGitStderr } from './problem.js'
import type { Repository } from './repository.js'
import { readConfig } from './repository.js'
import { agentEnvironment } from './transport/agent-socket.js'

/** What a commit says, but for its signature. */
export interface CommitDraft {
  readonly author: GitSignature
  readonly committer: GitSignature
  readonly message: string
  readonly tree: GitOid
  readonly parents: readonly GitOid[]
}

/** Milliseconds that the program which signs gets: a person may have to unlock a key meanwhile. */
export const signingTime = 30_000

/** As git reads a switch; one without a value is on. */
const on = /^(?:true|yes|on|1|)$/i

const isSigned = async ({ git }: Repository): Promise<boolean> => {
  const value = await readConfig(await (await git.config()).snapshot(), 'commit.gpgsign')
  return value !== null && on.test(value)
}

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

const unsigned = (why: string): GitFailure =>
  failure(
    'unexpected',
    `The commit could not be signed: ${why}`,
    'Unlock the key or load it into its agent, correct user.signingKey, or turn commit.gpgSign off.',
  )

/**
 * Lets git write it, so that it is signed by the program, with the key and in the format that git is set to. Without a
 * terminal: a passphrase is asked for in a window, or by nobody.
 */
const writeSigned = async (repository: Repository, draft: CommitDraft): Promise<GitOid> => {
  const parents = draft.parents.flatMap((parent) => ['-p', parent.tostrS()])
  const { code, stdout, stderr } = await runGit(
    [
      `--git-dir=${repository.gitDir}`,
      ...durably,
      // As libgit2 writes it.
      ...['-c', 'i18n.commitEncoding=UTF-8'],
      ...['commit-tree', '-S', ...parents, '-F', '-', draft.tree.tostrS()],
    ],
    {
      cwd: repository.workTree,
      env: {
        ...(await agentEnvironment()),
        ...identity('AUTHOR', draft.author),
        ...identity('COMMITTER', draft.committer),
        GPG_TTY: undefined,
      },
      stdin: draft.message,
      signal: repository.closing,
      doubt: {
        after: signingTime,
        reason: () =>
          Promise.resolve(unsigned(`it took longer than ${String(signingTime / 1000)} s`)),
      },
    },
  )
  if (code === 0) return libgit2.Oid.fromString(stdout.toString().trim())
  const told = problemOfGitStderr(stderr, code)
  throw told.kind === 'disk-full' ? new GitFailure(told) : unsigned(told.message)
}

/** Writes a commit that no ref names yet, signed where git's configuration says so. @throws GitFailure */
export const writeCommit = async (repository: Repository, draft: CommitDraft): Promise<GitOid> => {
  if (await isSigned(repository)) return writeSigned(repository, draft)
  const { author, committer, message, tree, parents } = draft
  return repository.git.createCommit(null, author, committer, message, tree, parents)
}
