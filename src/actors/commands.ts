import type { Changes } from './changes.js'
import type { Trigger } from './outcome.js'
import type { PauseReason } from './pause.js'

/** What the actor is asked for. Imperative; may be answered by nothing. */
export type RepoCommand =
  | { readonly type: 'Sync'; readonly trigger: Trigger; readonly changes: Changes }
  | ({ readonly type: 'Pause' } & PauseReason)
  | { readonly type: 'Resume'; readonly reason: string }
  | { readonly type: 'Stop'; readonly when: 'after-step' | 'after-cycle' }
