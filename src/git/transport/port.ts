import type { Oid } from '../../actors/outcome.js'
import type {
  FetchResult,
  PushResult,
  TransferProgress,
  TransportRequest,
} from '../../actors/ports.js'
import type { RepoSettings } from '../../actors/settings.js'

export interface TransportSettings extends Pick<
  RepoSettings,
  'transport' | 'sshKey' | 'knownHosts' | 'networkTimeout' | 'path'
> {
  /** No credential helper is told whether what it knew was let in: one who only looks has it forget nothing. */
  readonly credentials?: 'as-found'
}

export type PushRequest = TransportRequest & { readonly oid: Oid }

/** What talks to the remote. A refused push is a value; every other failure is a thrown `GitFailure`. */
export interface Transport {
  /** Where the remote's branch is, without fetching it; null where the remote has no such branch. */
  ask(request: TransportRequest): Promise<Oid | null>
  /** The remote's branch into its tracking ref; where the remote has no such branch, the stale tracking ref goes. */
  fetch(request: TransportRequest): Promise<FetchResult>
  /** The commit to the remote's branch, never forced; the tracking ref follows. */
  push(request: PushRequest): Promise<PushResult>
  /** What a push would come to as far as the talk before it tells: nothing is sent, and no rule of the server is asked. */
  rehearsePush(request: PushRequest): Promise<PushResult>
  /** Cuts short what is under way and lets go of processes. */
  close(): void
}

/** Is told how far a transfer is. */
export type Onlooker = (progress: TransferProgress) => void

export const nobody: Onlooker = () => undefined

/** Where the remote's branch is remembered. */
export const trackingRef = (request: TransportRequest): string =>
  `refs/remotes/${request.remote}/${request.branch}`

/** Tells one commit on its way to one place from any other. */
export const nameOfPush = ({ gitDir, remote, branch, oid }: PushRequest): string =>
  JSON.stringify([gitDir, remote, branch, oid])
