import { join } from 'node:path'
import type { Observable } from 'rxjs'
import { defer, from, tap } from 'rxjs'
import type { Oid, Step } from '../actors/outcome.js'
import type { TransferProgress, WorkTree } from '../actors/ports.js'
import type { Position, Report } from '../actors/reports.js'
import { classOf } from '../actors/problem.js'
import type { RepoSettings } from '../actors/settings.js'
import { fetchPlaces, fetchedAt, pushBranch, pushedAt, refusedAt } from './exchange.js'
import { noEntry } from './no-entry.js'
import { dropClosed, keepWritten } from './checkout/still-open.js'
import { commit } from './commit/commit.js'
import type { IndexCopy } from './index/index-copy.js'
import { openIndexCopy } from './index/index-copy.js'
import { refuseUnlessAtRest } from './inspect.js'
import type { InstanceLock } from './lock/instance-lock.js'
import { takeInstanceLock } from './lock/instance-lock.js'
import { integrate, shown } from './merge/integrate.js'
import { removeLeftovers } from './lock/leftovers.js'
import { finishMending, finishMoves } from './mend.js'
import { clearRefLock } from './refs/move-ref.js'
import { openLongTalk } from './long-talk.js'
import { problemOf } from './problem/problem.js'
import { readPosition } from './refs/position.js'
import { remedyMark } from './remedy-mark.js'
import type { Repository } from './repository.js'
import { keepRepository } from './repository.js'
import { openSharing } from './share.js'
import { askAnew } from './seldom.js'
import { onceOnly } from './commit/skipped-once.js'
import { widened } from './stage/widened.js'
import { tidy } from './tidy.js'
import { squash } from './squash/squash.js'
import type { Transport } from './transport/transport.js'
import { openTransport } from './transport/transport.js'

/** Runs a step at most when its turn comes: nodegit's pool is small, and a waiting call holds a place in it. */
export type Slots = <T>(step: () => Promise<T>) => Promise<T>

/** What one repository keeps open between its cycles. */
interface Open {
  readonly repository: Repository
  readonly indexCopy: IndexCopy
  readonly share: () => void
}

export interface OpenWorkTree extends WorkTree {
  /** Whose the work tree was when it was last looked at. */
  owner(): 'ours' | 'theirs' | 'unknown'
  /** What may have been saved waits for a commit: a talk with the remote that takes long goes on beside it. */
  hurry(): void
  /** A person asks: what a program of theirs refused is asked anew. */
  insist(): void
  /** Another one where a person has changed what they may be waited for with. */
  remedyMark(): string
  /** Has git pack what lies about, where that is much; not one of the steps, and beside them. */
  tidy(): Promise<void>
  /** Ends what talks to a remote; it is done again another time. */
  hangUp(): void
  /** Ends what still looks at the work tree. */
  lookAway(): void
  /** Gives the locks back and ends what still talks to a remote. */
  close(): void
}

/**
 * The port of the actor on a real repository. Opened lazily: a repository that cannot be opened is a report.
 *
 * @param own the commits that gitsync made here by itself; asked before some of them are squashed
 */
export const openWorkTree = (
  settings: RepoSettings,
  slots: Slots,
  own: () => Promise<ReadonlySet<Oid>> = () => Promise.resolve(new Set()),
  onProgress: (progress: TransferProgress | null) => void = () => undefined,
): OpenWorkTree => {
  const keeper = keepRepository(settings.path, settings.networkTimeout)
  const untold = onceOnly()
  const longTalk = openLongTalk()
  let open: Open | null = null
  let lock: InstanceLock | null = null
  let transport: Transport | null = null

  const ready = async (): Promise<Open> => {
    const repository = await keeper.get()
    // Somebody may have tidied our folder away, and another gitsync have come since.
    if (open?.repository === repository && lock?.isHeld() === true) return open
    lock?.giveBack()
    lock = null
    // Before anything of the other holder's is touched: the copy of the index is one of a kind.
    lock = await takeInstanceLock(repository)
    const indexCopy = await openIndexCopy(repository)
    await removeLeftovers(repository, indexCopy, settings)
    open = { repository, indexCopy, share: openSharing(repository) }
    return open
  }

  const talk = (): Transport => (transport ??= openTransport(settings, onProgress))

  let owner: ReturnType<OpenWorkTree['owner']> = 'unknown'

  const report = async (operation: Step, work: Promise<Report>): Promise<Report> => {
    try {
      const found = await work
      owner = 'ours'
      return found
    } catch (error) {
      // Whoever is barred in the middle is told all kinds of things.
      const problem = problemOf(noEntry(join(settings.path, '.git')) ?? error)
      owner = problem.kind === 'already-running' ? 'theirs' : 'ours'
      return { type: 'Failed', operation, problem }
    } finally {
      open?.share()
    }
  }

  /** On this repository and this machine. */
  const step = (operation: Step, work: (held: Open) => Promise<Report>): Observable<Report> =>
    defer(() =>
      from(
        report(
          operation,
          slots(async () => work(await ready())),
        ),
      ),
    )

  /** With the remote: it may take long, in another process, so that it holds no place of the pool. */
  const talkStep = <Done>(
    operation: 'fetch' | 'push',
    work: (held: Open) => Promise<Done>,
    told: (held: Open, done: Done) => Promise<Report>,
  ): Observable<Report> => {
    const begin = async (): Promise<() => Promise<Report>> => {
      const talked = ready().then(async (held) => [held, await work(held)] as const)
      // Whether it failed is found by whoever hears it.
      await talked.catch(() => undefined)
      onProgress(null)
      const heard = (): Promise<Report> => talked.then(([held, done]) => told(held, done))
      return () => report(operation, heard())
    }
    return defer(() => from(longTalk.hear(operation, begin)))
  }

  const positionOf = ({ repository }: Open, before?: Position): Promise<Position> =>
    readPosition(repository.git, settings, before)

  return {
    owner: () => owner,

    inspect: () =>
      step('inspect', async (held) => {
        // Also where nothing is to be done, or a person’s git would stand before them for ever.
        const { repository, indexCopy } = held
        await clearRefLock(repository)
        // Nobody’s git has touched the index since a kill. A merge that a person began beside that lock would record the
        // branch as it was, and take back what the move brings.
        if (indexCopy.isLeftLocked()) await finishMoves(repository, indexCopy, settings)
        indexCopy.clearLock()
        await refuseUnlessAtRest(repository.git, settings)
        await finishMoves(repository, indexCopy, settings)
        const conflicts = (await keepWritten(repository)).map(shown)
        return { type: 'Inspected', conflicts, position: await positionOf(held) }
      }),

    commit: (changes, position) =>
      step('commit', async (held) => {
        longTalk.calm()
        const where = widened(changes)
        const { repository, indexCopy } = held
        // What it left is nobody's edit.
        await finishMoves(repository, indexCopy, settings)
        const late = where.kind === 'everything' ? await dropClosed(repository) : []
        const found = await commit(repository, indexCopy, where, position, settings)
        const skipped = untold(found.skipped, where.kind === 'everything')
        return {
          type: 'Committed',
          ...found,
          conflicts: late.map(shown),
          skipped,
          position: await positionOf(held, position),
        }
      }).pipe(
        tap((found) => {
          if (found.type === 'Failed' && classOf(found.problem) !== 'halting') longTalk.hurryLater()
        }),
      ),

    fetch: (position) =>
      talkStep(
        'fetch',
        ({ repository }) => fetchPlaces(repository, talk(), position),
        async (held, fetched) => fetchedAt(fetched, await positionOf(held)),
      ),

    squash: (position) =>
      step('squash', async (held) => {
        const { repository, indexCopy } = held
        await finishMending(repository, settings)
        const squashed = await squash(repository, indexCopy, position, settings, own)
        return { type: 'Squashed', squashed, position: await positionOf(held) }
      }),

    integrate: (position) =>
      step('integrate', async (held) => {
        const { repository, indexCopy } = held
        const found = await integrate(repository, indexCopy, position, settings)
        return { type: 'Integrated', ...found, position: await positionOf(held) }
      }),

    push: (position) =>
      talkStep(
        'push',
        ({ repository }) => pushBranch(repository, talk(), settings, position),
        async (held, done) => {
          const now = positionOf(held)
          if (done?.type === 'PushRejected') return refusedAt(done, await now)
          // It arrived, also where a person detached HEAD meanwhile: the next cycle tells what is in the way.
          return pushedAt(done, await now.catch(() => ({ ...position, ahead: 0 })))
        },
      ),

    hurry: () => {
      longTalk.hurry()
    },

    insist: () => {
      if (open !== null) askAnew(open.repository)
    },

    remedyMark: () => remedyMark(settings, open?.repository.git.commondir() ?? null),

    tidy: () => (open === null ? Promise.resolve() : tidy(open.repository)),

    hangUp: () => {
      transport?.close()
    },

    lookAway: () => {
      keeper.close()
    },

    close: () => {
      transport?.close()
      keeper.close()
      lock?.giveBack()
      lock = null
    },
  }
}
