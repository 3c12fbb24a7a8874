/** What a commit message template may name in double braces. */
export type MessageToken =
  | 'summary'
  | 'host'
  | 'user'
  | 'date'
  | 'branch'
  | 'count'
  | 'added'
  | 'modified'
  | 'deleted'
  | 'files'
  | 'diffstat'

/** What is in force for one repository, every default filled in. Times in milliseconds, sizes in bytes. */
export interface RepoSettings {
  /** Absolute path of the work tree. */
  readonly path: string
  /** Null: the branch's upstream, else `origin`, else none. */
  readonly remote: string | null
  /** Null: the branch that HEAD is on. */
  readonly branch: string | null
  readonly watch: 'auto' | 'native' | 'fs.watch' | 'poll'
  readonly pollInterval: number
  /** Null: off. */
  readonly rescanInterval: number | null
  readonly debounce: number
  readonly maxWait: number
  /** Null: off. */
  readonly fetchInterval: number | null
  readonly pull: boolean
  readonly push: boolean
  readonly integrate: 'merge' | 'rebase' | 'ff-only'
  /** Our own unpushed commits of so long a time become one; null: off. */
  readonly squash: number | null
  readonly conflict: 'keep-both' | 'ours' | 'theirs' | 'halt'
  readonly message: string
  /** What words the message instead, given the diff; null: the template. */
  readonly messageCommand: string | null
  /** Whether git's hooks are run. */
  readonly hooks: boolean
  /** Null: git's own configuration. */
  readonly author: { readonly name: string; readonly email: string } | null
  /** Null: off. */
  readonly maxFileSize: number | null
  /** gitignore patterns on top of the repository's own. */
  readonly ignore: readonly string[]
  readonly ignoreDefaults: boolean
  /** What would put a secret into the history is held back: `auto`, where it would be pushed. */
  readonly guard: 'auto' | 'on' | 'off'
  readonly transport: 'auto' | 'libgit2' | 'git'
  readonly sshKey: string | null
  readonly knownHosts: string | null
  /** Without a byte from the server. */
  readonly networkTimeout: number
}
