import { libgit2 } from '../../libgit2.js'

/** The part of nodegit that a transfer uses, typed as it behaves. */
interface Api {
  readonly Repository: { open(gitDir: string): Promise<Repository> }
  readonly Remote: {
    lookup(repo: Repository, name: string): Promise<Remote>
    createAnonymous(repo: Repository, url: string): Promise<Remote>
    readonly AUTOTAG_OPTION: { readonly DOWNLOAD_TAGS_NONE: number }
  }
  readonly Reference: {
    nameToId(repo: Repository, name: string): Promise<Oid>
    lookup(repo: Repository, name: string): Promise<{ delete(): number }>
    create(repo: Repository, name: string, oid: Oid, force: 1, log: string): Promise<unknown>
  }
  readonly Oid: { fromString(hex: string): Oid }
  readonly Credential: {
    readonly TYPE: { readonly USERNAME: number }
    usernameNew(name: string): Promise<Credential>
    sshKeyFromAgent(name: string): Credential
    sshKeyMemoryNew(name: string, pub: string, key: string, passphrase: string): Promise<Credential>
    userpassPlaintextNew(name: string, password: string): Credential
  }
}

/** Opaque, and told apart from every other object. */
export interface Repository {
  path(): string
  isShallow(): number
}

export interface Credential {
  type(): number
}

interface Oid {
  tostrS(): string
}

/** Called for each piece, with libgit2 held meanwhile. */
interface Waiting<Callback> {
  readonly throttle: 0
  readonly waitForResult: true
  readonly callback: Callback
}

/**
 * What returns nothing is taken for having returned 1: libgit2 then goes on as if its own work had failed, and a local
 * remote's counting leaves out the files of the tree that it was at.
 */
type GoOn = 0

export interface Callbacks {
  /** Anything but a credential or an `Error` aborts the process. */
  readonly credentials: (
    url: string,
    user: string | null,
    types: number,
  ) => Promise<Credential | Error>
  readonly certificateCheck: (certificate: unknown, valid: boolean | number) => number
  readonly sidebandProgress?: (() => GoOn) | Waiting<(text: string, length: number) => GoOn>
  readonly transferProgress?: (seen: { receivedObjects(): number; totalObjects(): number }) => GoOn
  readonly pushTransferProgress?: (current: number, total: number, bytes: number) => GoOn
  /** An empty status is an accepted ref. */
  readonly pushUpdateReference?: (ref: string, status: string) => GoOn
}

/**
 * A connection for each request, and none that is kept: many servers end one after five seconds without a word, while
 * libgit2 still makes the pack of a push, and it does not connect anew.
 */
export const eachAnew = ['Connection: close'] as const

interface Talking {
  readonly callbacks: Callbacks
  /** Lines of each request over http, without their ends. */
  readonly customHeaders: readonly string[]
}

export interface Remote {
  url(): string
  pushurl(): string | undefined
  connect(
    direction: 0 | 1,
    callbacks: Callbacks,
    proxy: undefined,
    headers: readonly string[],
  ): Promise<unknown>
  disconnect(): Promise<unknown>
  referenceList(): Promise<readonly { name(): string; oid(): Oid }[]>
  download(
    refspecs: readonly string[],
    options: Talking & { readonly downloadTags: number },
  ): Promise<unknown>
  /** Of the last download, whole; what its callback sees lags behind. */
  stats(): { receivedBytes(): number } | undefined
  /** @param options `pbParallelism`: threads that make the pack; 0: one for each processor */
  push(
    refspecs: readonly string[],
    options: Talking & { readonly pbParallelism: number },
  ): Promise<unknown>
}

const isApi = (loaded: object): loaded is Api => 'Remote' in loaded && 'Credential' in loaded

const loaded: object = libgit2
if (!isApi(loaded)) throw new Error('nodegit has no Remote; reinstall it with npm ci')

export const api: Api = loaded
