import type { Oid } from '../../../actors/outcome.js'
import type {
  FetchResult,
  PushResult,
  TransferProgress,
  TransportRequest,
} from '../../../actors/ports.js'
import type { Problem } from '../../../actors/problem.js'
import type { PushRequest, TransportSettings } from '../port.js'

interface Place extends Pick<TransportSettings, 'credentials'> {
  readonly cwd: string
  readonly sshKey: string | null
  readonly agent: string | null
  readonly knownHosts: string | null
}

/** What the child is asked for, one at a time. */
export type Question =
  | { readonly type: 'ask' | 'fetch'; readonly request: TransportRequest }
  | { readonly type: 'push' | 'rehearse'; readonly request: PushRequest }

/** With where it is asked from. */
export type Job = Question & { readonly place: Place }

/** What the child says: the remote was heard of, any number of times, then one of the others. */
export type Answer =
  | { readonly type: 'heard'; readonly progress: TransferProgress | null }
  | { readonly type: 'asked'; readonly result: Oid | null }
  | { readonly type: 'fetched'; readonly result: FetchResult }
  | { readonly type: 'pushed'; readonly result: PushResult }
  | { readonly type: 'failed'; readonly problem: Problem }
