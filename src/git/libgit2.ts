import nodegit from 'nodegit'
import type {
  GitOdb,
  GitOid,
  GitIndexEntry,
  GitIndex,
  GitTree,
  GitTreebuilder,
  GitBlob,
  GitCommit,
  GitSignature,
  GitReference,
  GitReflog,
  GitRepository,
  GitStatusList,
  GitStatusEntry,
  GitDiffs,
  GitRevwalk,
} from './git-objects.js'

export interface LibGit2 {
  readonly Repository: {
    openExt(path: string, flags: number, ceilings: string): Promise<GitRepository>
    /** A repository in memory: it has these objects, and no folder. */
    wrapOdb(odb: GitOdb): Promise<GitRepository>
  }
  readonly Index: {
    open(path: string): Promise<GitIndex>
    entryStage(entry: GitIndexEntry): 0 | 1 | 2 | 3
  }
  readonly StatusList: {
    create(
      repo: GitRepository,
      options: {
        readonly show: number
        readonly flags: number
        readonly pathspec?: readonly string[]
      },
    ): Promise<GitStatusList>
  }
  readonly Status: { byIndex(list: GitStatusList, n: number): GitStatusEntry }
  readonly Diff: GitDiffs
  readonly Commit: { lookup(repo: GitRepository, oid: GitOid | string): Promise<GitCommit> }
  readonly Tree: { lookup(repo: GitRepository, oid: GitOid | string): Promise<GitTree> }
  readonly Reference: {
    lookup(repo: GitRepository, name: string): Promise<GitReference>
    nameToId(repo: GitRepository, name: string): Promise<GitOid>
    list(repo: GitRepository): Promise<readonly string[]>
    isValidName(name: string): 0 | 1
    /** Compare and swap: fails with -15 where the reference is not at `current`. */
    createMatching(
      repo: GitRepository,
      name: string,
      oid: GitOid,
      force: 0 | 1,
      current: GitOid | null,
      log: string,
    ): Promise<GitReference>
    create(
      repo: GitRepository,
      name: string,
      oid: GitOid,
      force: 0 | 1,
      log: string,
    ): Promise<GitReference>
  }
  readonly Reflog: {
    /** Empty where there is none. The newest entry is the first. */
    read(repo: GitRepository, name: string): Promise<GitReflog>
  }
  readonly Graph: {
    aheadBehind(
      repo: GitRepository,
      local: GitOid,
      upstream: GitOid,
    ): Promise<{ readonly ahead: number; readonly behind: number }>
  }
  readonly Revwalk: { create(repo: GitRepository): GitRevwalk }
  readonly Merge: {
    base(repo: GitRepository, one: GitOid, two: GitOid): Promise<GitOid>
    commits(
      repo: GitRepository,
      ours: GitCommit,
      theirs: GitCommit,
      options: object,
    ): Promise<GitIndex>
  }
  readonly Cherrypick: {
    commit(
      repo: GitRepository,
      picked: GitCommit,
      onto: GitCommit,
      mainline: 0,
      options: object,
    ): Promise<GitIndex>
  }
  readonly Revert: {
    commit(
      repo: GitRepository,
      reverted: GitCommit,
      onto: GitCommit,
      mainline: 0,
      options: object,
    ): Promise<GitIndex>
  }
  readonly Checkout: {
    tree(
      repo: GitRepository,
      tree: GitTree,
      options: {
        readonly checkoutStrategy: number
        readonly baseline: GitTree
        readonly disableFilters: 0 | 1
        readonly targetDirectory: string
        readonly paths: readonly string[]
      },
    ): Promise<unknown>
  }
  readonly Treebuilder: {
    create(repo: GitRepository, source: GitTree | null): Promise<GitTreebuilder>
  }
  readonly Signature: {
    defaultFromEnv(
      repo: GitRepository,
    ): Promise<{ readonly author_out: GitSignature; readonly committer_out: GitSignature }>
    now(name: string, email: string): Promise<GitSignature>
    create(name: string, email: string, time: number, offset: number): Promise<GitSignature>
  }
  readonly Ignore: { pathIsIgnored(repo: GitRepository, path: string): Promise<0 | 1> }
  readonly Attr: {
    get(repo: GitRepository, flags: number, path: string, name: string): Promise<string | null>
  }
  readonly Blob: {
    readonly prototype: {
      content(this: Pick<GitBlob, 'rawcontent' | 'rawsize'>): Buffer
    }
    lookup(repo: GitRepository, oid: GitOid): Promise<GitBlob>
    createFromWorkdir(repo: GitRepository, path: string): Promise<GitOid>
    createFromDisk(repo: GitRepository, path: string): Promise<GitOid>
    createFromBuffer(repo: GitRepository, content: Buffer, length: number): Promise<GitOid>
  }
  readonly Odb: { open(objectsDir: string): Promise<GitOdb> }
  readonly Oid: { fromString(hex: string): GitOid }
  readonly Libgit2: {
    readonly OPT: { readonly ENABLE_FSYNC_GITDIR: number }
    opts(option: number, value: 0 | 1): unknown
  }
  readonly Submodule: {
    /** `wdId`: the commit that is checked out in it. */
    lookup(repo: GitRepository, path: string): Promise<{ wdId(): GitOid | undefined }>
  }
}

export const libgit2 = nodegit as LibGit2

const writers = { synced: 0, together: 0 }

/** A power loss may leave a reference that names an object which never came to the disk, or an empty one. */
const setSyncing = (): void => {
  const later = writers.together > 0 && writers.synced === 0
  libgit2.Libgit2.opts(libgit2.Libgit2.OPT.ENABLE_FSYNC_GITDIR, later ? 0 : 1)
}

setSyncing()

const as = async <T>(writer: keyof typeof writers, work: () => Promise<T>): Promise<T> => {
  writers[writer] += 1
  setSyncing()
  try {
    return await work()
  } finally {
    writers[writer] -= 1
    setSyncing()
  }
}

/** For who brings all that it wrote to the disk together, before anything names it: libgit2 flushes no file by itself. */
export const flushedTogether = <T>(work: () => Promise<T>): Promise<T> => as('together', work)

/** Each file that libgit2 writes meanwhile comes to the disk at once, also while others flush theirs together. */
export const synced = <T>(work: () => Promise<T>): Promise<T> => as('synced', work)

/** git_status_t, git_status_opt_t and git_checkout_strategy_t, as far as they are used. */
export const status = {
  indexNew: 1,
  indexModified: 2,
  indexDeleted: 4,
  indexTypeChange: 16,
  untracked: 128,
  modified: 256,
  deleted: 512,
  typeChange: 1024,
  unreadable: 4096,
  ignored: 16_384,
  conflicted: 32_768,
} as const

export const statusOption = {
  includeUntracked: 1,
  includeIgnored: 2,
  recurseUntracked: 16,
  exactPaths: 32,
  includeUnreadable: 16_384,
} as const

export const checkoutOption = {
  force: 2,
  recreateMissing: 4,
  dontUpdateIndex: 256,
  exactPaths: 8192,
} as const

/** Extended flags of an index entry (git_index_entry_extended_flag_t). */
export const indexFlag = { intentToAdd: 1 << 13, skipWorktree: 1 << 14 } as const

/** Among the other flags of an index entry: a person says that it is unchanged (GIT_INDEX_ENTRY_VALID). */
export const assumeUnchanged = 1 << 15

/** The names that git gives to an empty file's content, and to the tree with nothing in it, which it knows without having it. */
export const emptyBlob = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

export const fileMode = {
  tree: 0o040000,
  file: 0o100644,
  executable: 0o100755,
  link: 0o120000,
  commit: 0o160000,
} as const

/** git_error_code, as far as it is told apart. */
export const errorCode = { notFound: -3, exists: -4, locked: -14, modified: -15 } as const

export const hasErrorCode = (error: unknown, code: number): boolean =>
  error instanceof Error && 'errno' in error && error.errno === code

/** Null where libgit2 says that there is no such thing. */
export const orNull = async <T>(found: Promise<T>): Promise<T | null> => {
  try {
    return await found
  } catch (error) {
    if (hasErrorCode(error, errorCode.notFound)) return null
    throw error
  }
}
