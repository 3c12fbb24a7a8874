import type { Oid } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'
import { emptyTree } from '../libgit2.js'
import { findGit, runGit } from '../program/git-program.js'
import type { MessageFacts } from './message.js'
import { asksForDiffstat, isPlain, listChanges, renderMessage, syncedBy } from './message.js'
import { wordByCommand } from './message-command.js'
import { redact } from '../../redact.js'
import type { Repository } from '../repository.js'

/** Two states between which a commit stands. */
export interface Step {
  /** The commit before; null: there is none. */
  readonly from: Oid | null
  readonly tree: Oid
}

export interface Worded {
  /** What the template or the program says. */
  readonly message: string
  /** What is recorded. */
  readonly whole: string
  /** Why the program's words were not taken; null: they were, or none was asked. */
  readonly fallback: string | null
}

/** Bytes of a diff that a program is given, and files that a diffstat names. */
const bounds = { diff: 1024 * 1024, stat: 100 } as const

/** Neither a driver for diffs nor a converter to text, which attributes of the repository would choose, is run. */
const plainDiff = ['--no-ext-diff', '--no-textconv', '--no-color', '-r', '-M'] as const

/** Null where there is no git program, or it fails. */
const diffTree = async (
  { workTree }: Repository,
  { from, tree }: Step,
  options: readonly string[],
): Promise<Buffer | null> => {
  if ((await findGit()) === null) return null
  const args = ['diff-tree', ...plainDiff, ...options, from ?? emptyTree, tree]
  const told = await runGit(args, { cwd: workTree }).catch(() => null)
  return told?.code === 0 ? told.stdout : null
}

const diffstatOf = async (repository: Repository, step: Step): Promise<string> => {
  const stat = [`--stat=72`, `--stat-count=${String(bounds.stat)}`]
  return (await diffTree(repository, step, stat))?.toString().replace(/\s+$/, '') ?? ''
}

const environmentOf = ({ workTree }: Repository, { host, branch, changes }: MessageFacts) => ({
  GITSYNC_REPO: workTree,
  GITSYNC_BRANCH: branch,
  GITSYNC_HOST: host,
  GITSYNC_FILES: String(changes.length),
})

/** The default has the files in its body, where they are several, and the machine's name in a trailer. */
const wholeOf = (message: string, { changes, host }: MessageFacts): string => {
  const body = changes.length > 1 ? `\n${listChanges(changes)}\n` : ''
  return `${message}${body}\n${syncedBy(host)}\n`
}

const byTemplate = async (
  repository: Repository,
  step: Step,
  facts: MessageFacts,
  template: string,
): Promise<Pick<Worded, 'message' | 'whole'>> => {
  const diffstat = asksForDiffstat(template) ? await diffstatOf(repository, step) : ''
  const message = renderMessage(template, { ...facts, diffstat })
  return { message, whole: isPlain(template) ? wholeOf(message, facts) : message }
}

/** Words a commit. A program that fails, is late or says nothing leaves it to the template. */
export const wordCommit = async (
  repository: Repository,
  step: Step,
  facts: MessageFacts,
  { message: template, messageCommand }: Pick<RepoSettings, 'message' | 'messageCommand'>,
): Promise<Worded> => {
  if (messageCommand === null)
    return { ...(await byTemplate(repository, step, facts, template)), fallback: null }
  const diff = (await diffTree(repository, step, ['-p'])) ?? Buffer.alloc(0)
  const stdin = diff.subarray(0, bounds.diff)
  const words = await wordByCommand(messageCommand, stdin, environmentOf(repository, facts))
  switch (words.kind) {
    case 'message': {
      const message = `${words.text}\n`
      return { message, whole: message, fallback: null }
    }
    case 'none': {
      const fallback = redact(`messageCommand ${words.reason}`)
      return { ...(await byTemplate(repository, step, facts, template)), fallback }
    }
    default:
      return words satisfies never
  }
}
