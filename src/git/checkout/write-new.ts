import { chmod, mkdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { ConflictKept } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { nameNew } from '../files/without-links.js'
import { fileMode } from '../libgit2.js'
import { orAbsent } from '../problem/error-code.js'
import { failure } from '../problem/problem.js'
import { statNow } from '../files/stat-now.js'
import { markStep } from '../step-mark.js'
import type { TreeDelta } from '../tree/tree-changes.js'
import type { FileState } from './file-state.js'
import { isFile, stateOf } from './file-state.js'
import type { Item } from './move.js'
import { isReachable } from './reach.js'
import type { Found } from './survey.js'
import { keepEdited, takeAway } from './take-away.js'
import type { Swap } from './way.js'
import { clearWay, setAside } from './way.js'
import type { Version } from '../tree/version.js'

/** Times that a file which keeps coming back in our way is set aside. */
const placeBound = 5

/**
 * Milliseconds after which a file system in user space is asked again what stands at a name. Until then the system takes a
 * folder that was removed for there, where it was known under a second name, in another case.
 */
const rememberedFor = 1_100

/** An item whose path is in the new tree. */
export interface NewItem extends Item {
  readonly delta: TreeDelta & { readonly to: Version }
}

/** A new version in its place, with the stat that it had before anybody could write to it. */
export interface Written {
  readonly kind: 'written'
  readonly state: FileState | null
}

/** Something is in the way, which is for `writeLeft`; an old version that was taken away turned out to be edited. */
export interface Left {
  readonly kind: 'left'
  readonly found: Found
  /** Where the edited version lies. */
  readonly edited: string | null
}

const left = (found: Found, edited: string | null = null): Left => ({ kind: 'left', found, edited })

const stateNow = (file: string | Buffer): FileState | null => {
  const stat = statNow(file)
  return stat === null ? null : stateOf(stat)
}

/** The rights of the old version stay: a new one is executable for those who may read it. */
const rightsOf = (state: FileState, from: number | undefined, to: number): number => {
  const rights = state.mode & 0o7777
  if (from === to) return rights
  return to === fileMode.executable ? rights | ((rights & 0o444) >> 2) : rights & ~0o111
}

/** The state of a new version that is ready to be put in place. */
const readyState = async (
  file: string | Buffer,
  { delta: { from, to }, found }: NewItem,
): Promise<FileState | null> => {
  const state = stateNow(file)
  if (state === null || !isFile(state)) return state
  if (found.kind !== 'as-from' || !isFile(found.state)) return state
  const rights = rightsOf(found.state, from?.mode, to.mode)
  if ((state.mode & 0o7777) === rights) return state
  await chmod(file, rights)
  return stateNow(file)
}

/** Links the new version in. @returns whether nothing stood there, and its folder did */
const linkIn = async ({ repository, rendered }: Swap, { path }: TreeDelta): Promise<boolean> => {
  const named = nameNew(fileAt(rendered, path), fileAt(repository.workTree, path))
  if ((await orAbsent(named)) !== true) return false
  markStep('placed')
  return true
}

/** The usual case, which may be at work on many at the same time: it touches nothing but this one path. */
export const writeUsual = async (swap: Swap, item: NewItem): Promise<Written | Left> => {
  const { delta, found, n } = item
  const { path, to } = delta
  const { repository, rendered } = swap
  if (found.kind === 'as-to') return { kind: 'written', state: null }
  if (to.mode === fileMode.commit || !isReachable(repository, path)) return left(found)
  if (found.kind === 'as-from') {
    const edited = await takeAway(swap, delta, found, n)
    if (edited !== null) return left({ kind: 'absent' }, edited)
  }
  const state = await readyState(fileAt(rendered, path), item)
  if (!isReachable(repository, path)) return left({ kind: 'absent' })
  return (await linkIn(swap, delta)) ? { kind: 'written', state } : left({ kind: 'absent' })
}

/** Puts the new version in place; what came to stand there in the meantime is set aside first. */
const place = async (swap: Swap, item: NewItem): Promise<readonly ConflictKept[]> => {
  const { delta } = item
  const facts: ConflictKept[] = []
  for (let tries = 0; tries < placeBound; tries += 1) {
    facts.push(...(await clearWay(swap, delta)))
    if (await linkIn(swap, delta)) return facts
    if (statNow(fileAt(swap.repository.workTree, delta.path)) === null)
      await setTimeout(rememberedFor)
    else facts.push(...(await setAside(swap, delta, delta.path)))
  }
  throw failure('work-tree-moved', `${delta.path} is being written all the time.`)
}

const placeSubmodule = async (swap: Swap, { delta }: NewItem): Promise<readonly ConflictKept[]> => {
  const folder = fileAt(swap.repository.workTree, delta.path)
  const standing = statNow(folder)
  const facts =
    standing === null || standing.isDirectory() ? [] : await setAside(swap, delta, delta.path)
  await mkdir(folder, { recursive: true })
  return facts
}

/** What is left, where something is in the way: one path after the other, for what is set aside may be in the way of many. */
export const writeLeft = async (
  swap: Swap,
  item: NewItem,
  { found, edited }: Left,
): Promise<Written & { readonly facts: readonly ConflictKept[] }> => {
  const { delta, n } = item
  const facts = [...(await clearWay(swap, delta))]
  const taken = found.kind === 'as-from' ? await takeAway(swap, delta, found, n) : edited
  if (taken !== null) facts.push(...(await keepEdited(swap, delta, taken)))
  if (delta.to.mode === fileMode.commit)
    return {
      kind: 'written',
      state: null,
      facts: [...facts, ...(await placeSubmodule(swap, item))],
    }
  const state = await readyState(fileAt(swap.rendered, delta.path), item)
  return { kind: 'written', state, facts: [...facts, ...(await place(swap, item))] }
}
