/**
 * The part of nodegit that this room uses, typed as experiments found it. Asynchronous calls run on
 * nodegit's own pool and hold the repository; synchronous ones take no lock, so that they must never
 * run beside an asynchronous one of the same repository.
 */
export interface GitOid {
  tostrS(): string
}

export interface GitTime {
  readonly seconds: number
  readonly nanoseconds: number
}

export interface GitIndexEntry {
  readonly path: string
  readonly id: GitOid
  readonly mode: number
  readonly flags: number
  readonly flagsExtended: number
  readonly fileSize: number
  readonly dev: number
  readonly ino: number
  readonly uid: number
  readonly gid: number
  readonly ctime: GitTime
  readonly mtime: GitTime
}

export interface GitIndex {
  read(force: 0 | 1): Promise<unknown>
  write(): Promise<unknown>
  writeTree(): Promise<GitOid>
  writeTreeTo(repo: GitRepository): Promise<GitOid>
  addByPath(path: string): Promise<unknown>
  addAll(pathspec: readonly string[], flags: number, callback: null): Promise<unknown>
  add(entry: GitIndexEntry): Promise<unknown>
  removeByPath(path: string): Promise<unknown>
  conflictCleanup(): Promise<unknown>
  setCaps(capabilities: number): number
  readTree(tree: GitTree): Promise<unknown>
  clear(): Promise<unknown>
  getByPath(path: string): GitIndexEntry | undefined
  entryCount(): number
  hasConflicts(): boolean
  entries(): readonly GitIndexEntry[]
  getByIndex(n: number): GitIndexEntry
  /** Where the first entry that begins so is. */
  findPrefix(prefix: string): Promise<number>
}

export interface GitTree {
  id(): GitOid
  entryByPath(path: string): Promise<GitTreeEntry>
}

export interface GitTreebuilder {
  entrycount(): number
  /** What it names must be there, but for the commit of a submodule. */
  insert(name: string, id: GitOid, mode: number): unknown
  remove(name: string): number
  write(): Promise<GitOid>
}

export interface GitTreeEntry {
  id(): GitOid
  isTree(): boolean
  filemode(): number
}

export interface GitOdb {
  existsExt(oid: GitOid, flags: number): 0 | 1
  /** Null where there is no such object. */
  read(oid: GitOid): Promise<GitOdbObject | null>
  /** Objects of another folder, which is not written to. */
  addDiskAlternate(objectsDir: string): number
}

export interface GitOdbObject {
  type(): number
  size(): number
  /** Memory, which nodegit makes a buffer of. */
  data(): object
}

export interface GitBlob {
  rawsize(): number
  rawcontent(): object
  content(): Buffer
}

export interface GitCommit {
  id(): GitOid
  getTree(): Promise<GitTree>
  message(): string
  author(): GitSignature
  committer(): GitSignature
  parentcount(): number
  parentId(n: number): GitOid
}

export interface GitSignature {
  name(): string
  email(): string
  /** Seconds since 1970, and minutes east of Greenwich. */
  when(): { time(): number; offset(): number }
}

export interface GitReflog {
  entrycount(): number
  entryByIndex(n: number): { idNew(): GitOid; message(): string }
}

export interface GitReference {
  delete(): number
  symbolicTarget(): string | undefined
}

/** As it was at one moment. */
export interface GitConfigSnapshot {
  getStringBuf(name: string): Promise<string>
}

/** Never looked into itself: where its file may not be read any more, libgit2 1.9.1 frees what it never set, and the process is gone. */
export interface GitConfig {
  snapshot(): Promise<GitConfigSnapshot>
  setString(name: string, value: string): Promise<unknown>
}

/** The objects of a repository, which only libgit2 looks into. */
export interface GitRepository {
  path(): string
  workdir(): string | undefined
  commondir(): string
  state(): number
  isBare(): number
  isShallow(): number
  headUnborn(): number
  headDetached(): number
  config(): Promise<GitConfig>
  odb(): Promise<GitOdb>
  getRemoteNames(): Promise<readonly string[]>
  createCommit(
    ref: string | null,
    author: GitSignature,
    committer: GitSignature,
    message: string,
    tree: GitOid,
    parents: readonly GitOid[],
  ): Promise<GitOid>
  index(): Promise<GitIndex>
  setIndex(index: GitIndex, none: null): void
}

export interface GitStatusList {
  entrycount(): number
}

export interface GitDiffFile {
  path(): string
  mode(): number
  id(): GitOid
}

export interface GitDelta {
  status(): number
  oldFile(): GitDiffFile
  newFile(): GitDiffFile
}

export interface GitStatusEntry {
  status(): number
  indexToWorkdir(): GitDelta | undefined
  headToIndex(): GitDelta | undefined
}

/** Both look, and write nothing. */
export interface GitDiffs {
  treeToTree(
    repo: GitRepository,
    from: GitTree | null,
    to: GitTree | null,
    options: object,
  ): Promise<GitDiff>
  treeToIndex(
    repo: GitRepository,
    from: GitTree | null,
    to: GitIndex,
    options: object,
  ): Promise<GitDiff>
}

export interface GitDiff {
  /** Makes renames of what went and what came. */
  findSimilar(options: object): Promise<unknown>
  numDeltas(): number
  getDelta(n: number): GitDelta
}

export interface GitRevwalk {
  push(oid: GitOid): unknown
  /** 0, or libgit2's code of a failure. */
  hide(oid: GitOid): number
  sorting(order: number): unknown
  fastWalk(most: number): Promise<readonly GitOid[]>
}
