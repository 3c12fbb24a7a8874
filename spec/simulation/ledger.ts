import { isAncestor } from '../support/world.js'
import type { Commit, World } from '../support/world.js'

/** What has happened, as far as it must not be forgotten. Nothing in it is known to the machines. */
export interface Ledger {
  /** What was wrong; empty in a sound run. */
  readonly faults: string[]
  /** Commits that were the tip of a branch, here or on the remote. */
  readonly tips: Set<Commit>
  /** Each content that a person wrote, and the machine it was written on. */
  readonly written: Map<string, number>
  /** Contents that a person wrote over or deleted. */
  readonly abandoned: Set<string>
  /** The same with the path it had: there it must not come back. */
  readonly replaced: Map<string, Set<string>>
  /** Contents that were on a disk when a commit of its machine looked at everything and succeeded. */
  readonly settled: Set<string>
  /** Operations that a kill cut short, and after which effect. */
  readonly cuts: Set<string>
}

export const newLedger = (): Ledger => ({
  faults: [],
  tips: new Set(),
  written: new Map(),
  abandoned: new Set(),
  replaced: new Map(),
  settled: new Set(),
  cuts: new Set(),
})

/** A person wrote over what was at this path, or deleted it; for good, unless a move goes over it once more. */
export const replace = (
  { abandoned, replaced }: Ledger,
  path: string,
  content: string,
  forGood: boolean,
): void => {
  abandoned.add(content)
  if (forGood) replaced.set(path, (replaced.get(path) ?? new Set()).add(content))
}

/** Sees to it that branches only ever grow, but for what is squashed and kept. */
export interface BranchWatch {
  look(): void
}

export const watchBranches = (ledger: Ledger, world: World, name: string): BranchWatch => {
  let { head } = world
  let remote = world.remote ?? null
  const isKept = (tip: Commit | null): boolean =>
    world.former.some((former) => isAncestor(tip, former))
  const grown = (before: Commit | null, after: Commit | null, what: string, kept = false): void => {
    if (before === after) return
    if (!isAncestor(before, after) && !kept) ledger.faults.push(`${what} lost commits`)
    if (after !== null) ledger.tips.add(after)
  }
  return {
    look: () => {
      grown(head, world.head, `the branch of ${name}`, isKept(head))
      grown(remote, world.remote ?? null, 'the branch of the remote')
      head = world.head
      remote = world.remote ?? null
    },
  }
}
