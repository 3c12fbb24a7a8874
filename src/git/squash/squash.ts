import type { CommitsSquashed, Oid } from '../../actors/outcome.js'
import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import { factsOf } from '../commit/commit-facts.js'
import { askCommitMsg } from '../hooks/commit-hooks.js'
import { wordCommit } from '../message/commit-message.js'
import { headUnder } from '../commit/commit.js'
import { keepFormerTip } from './former-tip.js'
import { areThere, refuseWhileCollecting } from '../commit/garbage.js'
import type { GitCommit } from '../git-objects.js'
import type { IndexCopy } from '../index/index-copy.js'
import { synced } from '../libgit2.js'
import { compareAndSwapRef } from '../refs/move-ref.js'
import { failure } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import { configOf, readConfig } from '../config.js'
import { seldom } from '../seldom.js'
import { markStep } from '../step-mark.js'
import { diffTrees, treeOf } from '../tree/tree-changes.js'
import { unsharedRun } from './unshared.js'
import type { Window } from './windows.js'
import { windowsOf } from './windows.js'
import { writeCommit } from '../commit/write-commit.js'

/** Times that one pass asks `messageCommand`, which may take ten seconds each; the template has the words for the rest. */
const wordedBound = 10

/** What stands for the run. */
interface Rewritten {
  readonly to: Oid
  /** Commits that were written anew, and those that were written for them. */
  readonly commits: number
  readonly made: readonly Oid[]
  readonly fallback: string | null
}

/** A commit that others record by its name, or that is pushed to elsewhere than is asked, is known to more than refs tell. */
const isToldElsewhere = async (
  { git, commonDir }: Repository,
  { upstream, pushTo }: Position,
): Promise<boolean> => {
  if (pushTo !== undefined) return true
  if (/[\\/]\.git[\\/]modules[\\/]/.test(commonDir)) return true
  const config = await configOf(git)
  return (await readConfig(config, `remote.${upstream?.remote ?? ''}.pushurl`)) !== null
}

const word = async (
  repository: Repository,
  branch: string,
  parent: Oid,
  last: GitCommit,
  asked: number,
  settings: RepoSettings,
): Promise<{ readonly whole: string; readonly fallback: string | null }> => {
  const { git } = repository
  const tree = (await last.getTree()).id()
  const before = await treeOf(git, parent)
  const { deltas } = await diffTrees(git, before?.id() ?? null, tree)
  const facts = factsOf(branch, last.committer(), deltas)
  const step = { from: parent, tree: tree.tostrS() }
  if (settings.messageCommand === null || asked < wordedBound)
    return wordCommit(repository, step, facts, settings)
  const { whole } = await wordCommit(repository, step, facts, { ...settings, messageCommand: null })
  return { whole, fallback: `messageCommand was asked ${String(wordedBound)} times, and no more` }
}

/**
 * Writes one commit for each window, with the tree and the committer of its last and the author of its first. What
 * changed nothing in the end goes; a single commit above one that is written anew gets another parent, and is else the same.
 */
const rewrite = async (
  repository: Repository,
  branch: string,
  windows: readonly Window<GitCommit>[],
  settings: RepoSettings,
): Promise<Rewritten | null> => {
  const { git } = repository
  const start = windows.findIndex((window) => window.length > 1)
  const changed = start === -1 ? [] : windows.slice(start)
  const base = changed[0]?.[0].parentId(0)
  if (base === undefined) return null
  let tip = base
  const made: Oid[] = []
  let fallback: string | null = null
  for (const window of changed) {
    const [first] = window
    const last = window.at(-1) ?? first
    const tree = (await last.getTree()).id()
    const before = await treeOf(git, tip.tostrS())
    if (tree.tostrS() === before?.id().tostrS()) continue
    const worded =
      window.length === 1
        ? { whole: last.message(), fallback: null }
        : await word(repository, branch, tip.tostrS(), last, made.length, settings)
    fallback ??= worded.fallback
    // The words of a single commit went through the hook before.
    const isNew = settings.hooks && window.length > 1
    const message = isNew ? await askCommitMsg(repository, worded.whole) : worded.whole
    tip = await writeCommit(repository, {
      author: first.author(),
      committer: last.committer(),
      message,
      tree,
      parents: [tip],
    })
    made.push(tip.tostrS())
  }
  return { to: tip.tostrS(), commits: changed.flat().length, made, fallback }
}

/**
 * Makes one of our own commits out of those of so long a time, as long as nobody else has them. Neither index nor work
 * tree is touched: the tree of the tip stays. The former tip is kept before the branch leaves it. @throws GitFailure
 *
 * @param own the commits that gitsync made here by itself
 */
export const squash = async (
  repository: Repository,
  indexCopy: IndexCopy,
  position: Position,
  settings: RepoSettings,
  own: () => Promise<ReadonlySet<Oid>>,
): Promise<CommitsSquashed | null> => {
  const { branch, head } = position
  const length = settings.squash
  if (length === null || head === null) return null
  if (await isToldElsewhere(repository, position)) return null
  const run = await unsharedRun(repository, branch, head, await own())
  const windows = windowsOf(run, length, (commit) => {
    const author = commit.author()
    return { author: `${author.name()} <${author.email()}>`, begun: author.when().time() }
  })
  await refuseWhileCollecting(repository)
  const rewritten = await seldom(repository, 'squash', head, () =>
    synced(() => rewrite(repository, branch, windows, settings)),
  )
  if (rewritten === null) return null
  markStep('squashed')
  const { to, commits, made, fallback } = rewritten
  return indexCopy.locked(async () => {
    // A person may have committed, or begun something of their own, while the messages were found.
    if ((await headUnder(repository, position, settings)) !== head)
      throw failure('work-tree-moved', 'The branch moved meanwhile.')
    const committer = run.at(-1)?.committer()
    if (committer !== undefined)
      await synced(() => keepFormerTip(repository, branch, head, 'squash', committer))
    markStep('former-kept')
    if (!(await areThere(repository, made)))
      throw failure('locked', 'What was squashed was taken away by git gc.', 'It is done again.')
    const log = `gitsync: squash ${String(commits)} commits`
    await compareAndSwapRef(repository, { ref: `refs/heads/${branch}`, from: head, to, log })
    const squashed = {
      type: 'CommitsSquashed',
      branch,
      from: head,
      to,
      commits,
      oids: made,
    } as const
    return fallback === null ? squashed : { ...squashed, fallback }
  })
}
