import type { Oid } from '../../actors/outcome.js'
import type { PushResult } from '../../actors/ports.js'
import type { Position } from '../../actors/reports.js'
import type { RepoSettings } from '../../actors/settings.js'
import type { FoundHook } from '../../git/hooks/find-hooks.js'
import type { Signing } from '../../git/signing/signing.js'
import type { Asked } from './question.js'
import type { Told } from './told.js'

/** What a file system has left. */
export interface Space {
  /** A folder on it. */
  readonly place: string
  readonly bytes: number
  /** Null where it has no fixed number of them. */
  readonly inodes: number | null
}

/** What the kernel lets this user watch, and what other processes of this user do watch. */
export interface Inotify {
  readonly watches: { readonly limit: number; readonly others: number }
  readonly instances: { readonly limit: number; readonly others: number }
}

/** Who holds the lock of a work tree. */
export interface Holder {
  readonly name: string
  readonly pid: number | null
  readonly isAlive: boolean
}

/** A server's clock and ours at the same moment, milliseconds since the epoch. */
export interface Clocks {
  readonly theirs: number
  readonly ours: number
}

export interface MachineFacts {
  /** Of the repositories that are looked at. */
  readonly settings: readonly RepoSettings[]
  /** Null: the work trees were named on the command line. */
  readonly configFile: string | null
  readonly node: string
  readonly libgit2: string | null
  readonly git: string | null
  readonly gitLfs: string | null
  /** Work trees with rules that hand files to git-lfs. */
  readonly lfsUsers: readonly string[]
  readonly journal: {
    readonly folder: string
    /** Why it cannot be written to. */
    readonly trouble: string | null
    readonly space: Told<Space>
  }
  /** Null on systems that do not count watches. */
  readonly inotify: Inotify | null
  /** That have to be watched, of each repository; null where they are not, or could not be counted. */
  readonly folders: readonly (number | null)[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** When the newest commit of each was made, milliseconds since the epoch. */
  readonly newestCommits: readonly number[]
  readonly clocks: readonly Clocks[]
}

export interface KeyFile {
  readonly path: string
  readonly state: 'usable' | 'encrypted' | 'open-to-others' | 'unreadable'
}

/** What would say to the server who we are; never the secret itself. */
export type Credential =
  | { readonly kind: 'needless'; readonly why: string }
  | {
      readonly kind: 'ssh'
      readonly user: string
      /** Null: none is asked. */
      readonly agent: { readonly socket: string; readonly keys: number | null } | null
      readonly keyFiles: readonly KeyFile[]
      /** ProxyJump or ProxyCommand. */
      readonly through: string | null
    }
  /** A program of the user's own, or libgit2: what it would try. */
  | { readonly kind: 'other'; readonly ways: readonly string[] }
  | { readonly kind: 'http'; readonly sources: readonly HttpSource[] }

export interface HttpSource {
  readonly kind: 'address' | 'header' | 'netrc' | 'helper' | 'askpass'
  readonly name: string
}

export interface HostKey {
  /** As known_hosts has it: `host` or `[host]:port`. */
  readonly host: string
  /** `untold`: there is nobody here who reads known_hosts. */
  readonly state: 'known' | 'unknown' | 'revoked' | 'untold'
  /** Of the keys that are known. */
  readonly algorithms: readonly string[]
  readonly files: readonly string[]
  /** As ssh is configured: `yes`, `no`, `accept-new`, `ask`. */
  readonly strict: string
  readonly remedy: string
}

/** One of several addresses that are pushed to, after the first. */
export interface PushPlace {
  readonly url: string
  readonly push: Told<PushResult> | null
  readonly credential: Credential
  readonly hostKey: HostKey | null
}

export interface RemoteFacts {
  readonly settings: RepoSettings
  readonly name: string
  readonly branch: string
  readonly fetchUrl: string
  readonly pushUrl: string
  readonly tip: Told<Oid | null>
  /** Null: there is nothing that could be pushed, or push is off. */
  readonly push: Told<PushResult> | null
  readonly credential: Credential
  /** Null where there is none to check. */
  readonly hostKey: HostKey | null
  readonly others: readonly PushPlace[]
  readonly clocks: Clocks | null
}

export interface RepositoryFacts {
  readonly settings: RepoSettings
  readonly opened: Told<unknown>
  readonly holder: Told<Holder | null>
  readonly atRest: Told<unknown>
  readonly position: Told<Position>
  readonly identity: Told<string>
  /** How commits are signed, one having been tried; null: not at all. */
  readonly signing: Told<Signing | null>
  readonly hooks: Told<readonly FoundHook[]>
  readonly spaces: readonly Told<Space>[]
  /** That have to be watched; null where they are not, or could not be counted. */
  readonly folders: number | null
  readonly usesLfs: boolean
  /** When the newest commit was made, milliseconds since the epoch. */
  readonly newestCommit: number | null
  /** Null: there is none. */
  readonly remote: Told<Asked<RemoteFacts>> | null
}
