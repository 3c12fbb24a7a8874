import { isGitDirOnNtfs } from '../checkout/safe-path.js'
import type { PathSkipped, SkipReason } from '../../actors/outcome.js'
import type { HeldBack } from './held-back.js'
import { fileMode, status } from '../libgit2.js'
import type { Look } from './look.js'
import type { StatusEntry } from '../status/status-entry.js'
import { unnameable } from '../status/status.js'

/** What is to be done with one path of the status. */
export type StageStep =
  | { readonly kind: 'add' | 'remove' | 'add-filtered' | 'add-unnameable'; readonly path: string }
  | { readonly kind: 'skip'; readonly skipped: PathSkipped }
  | { readonly kind: 'leave' }

export interface StageInput {
  readonly entry: StatusEntry
  readonly look: Look
  /** Mode of the path in the index; null where it is untracked. */
  readonly tracked: number | null
  /** Name of the filter that libgit2 would leave out. */
  readonly filter: string | null
  /** Bytes; null: no bound. */
  readonly maxFileSize: number | null
  readonly heldBack: HeldBack
  /** The file of rules that may not be read, and that speaks of the path. */
  readonly shutRules: string | null
}

/** A secret is told with its rule and its line, by the guard. */
type PlannedReason = Exclude<SkipReason, 'secret'>

const remedies: Readonly<Record<PlannedReason, string>> = {
  'too-large': 'Raise maxFileSize, use git-lfs, or ignore it.',
  unreadable: 'Give yourself the right to read it (chmod u+r), or ignore it.',
  'unreadable-rules':
    'Give yourself the right to read it (chmod u+r): what it may ignore or encrypt is left out until then.',
  'nested-repository': 'Add it as a submodule, sync it on its own, or ignore it.',
  'filter-unavailable':
    'Install what the filter of .gitattributes needs (for LFS: git and git-lfs), or save it in the encoding that .gitattributes names.',
  'ignored-by-gitsync': 'Nothing to do; git add it by hand, or change ignore and ignoreDefaults.',
  'unsafe-line-ends':
    'Convert its line ends, or set core.safecrlf to warn: git would not get them back as they are.',
  'too-deep': 'Move it up: it lies below too many folders.',
  'unsupported-name':
    'Rename it: git takes no such name, or only the git program does, which is not installed.',
}

/** Folders below each other; libgit2 looks no deeper. */
export const deepest = 98

export const skip = (path: string, reason: PlannedReason): PathSkipped => ({
  type: 'PathSkipped',
  path,
  reason,
  remedy: remedies[reason],
})

const skipStep = (path: string, reason: PlannedReason): StageStep => ({
  kind: 'skip',
  skipped: skip(path, reason),
})

const leave: StageStep = { kind: 'leave' }

/** Decides for one path, from what git says of it and what is seen there. */
export const planStage = (input: StageInput): StageStep => {
  const { entry, look, tracked, filter, maxFileSize, heldBack, shutRules } = input
  const { path, flags } = entry
  const inWorkTree =
    status.untracked | status.modified | status.deleted | status.typeChange | status.unreadable
  if ((flags & inWorkTree) === 0) return leave
  const held = (flags & (status.untracked | status.unreadable)) === 0 ? null : heldBack(path)
  if (held !== null) return skipStep(held, 'ignored-by-gitsync')
  if ((flags & status.unreadable) !== 0) return skipStep(path.replace(/\/$/, ''), 'unreadable')
  if (path.endsWith('/')) return skipStep(path.slice(0, -1), 'nested-repository')
  if (path.split('/').length > deepest) return skipStep(path, 'too-deep')
  if (tracked === null && isGitDirOnNtfs(path)) return skipStep(path, 'unsupported-name')
  if (shutRules !== null && (tracked === null || look.kind === 'file'))
    return skipStep(shutRules, 'unreadable-rules')
  if (path.includes(unnameable)) return { kind: 'add-unnameable', path }
  switch (look.kind) {
    case 'unreadable':
      return skipStep(path, 'unreadable')
    case 'absent':
      return tracked === null ? leave : { kind: 'remove', path }
    case 'special':
      return leave
    case 'folder':
      if (tracked === fileMode.commit) return { kind: 'add', path }
      return tracked === null ? leave : { kind: 'remove', path }
    case 'link':
      return { kind: 'add', path }
    case 'file':
      // Of what LFS keeps only a pointer is recorded.
      if (maxFileSize !== null && look.size > maxFileSize && filter !== 'lfs')
        return skipStep(path, 'too-large')
      return { kind: filter === null ? 'add' : 'add-filtered', path }
    default:
      return look satisfies never
  }
}
