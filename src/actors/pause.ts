/** Why a repository is paused, and until when that is known to last. */
export interface PauseReason {
  readonly reason: string
  /** ISO 8601, UTC; null: until somebody takes it back. */
  readonly until: string | null
}

/** When a pause with these reasons ends by itself: with the longest of them, or never. */
export const endOfPause = (reasons: readonly PauseReason[]): string | null =>
  reasons
    .map(({ until }) => until)
    .reduce((a, b) => (a === null || b === null ? null : a > b ? a : b), '')

/** A pause has each reason once: said again, it lasts as long as was said last. */
export const withReason = (
  reasons: readonly PauseReason[],
  { reason, until }: PauseReason,
): readonly PauseReason[] => [...withoutReason(reasons, reason), { reason, until }]

export const withoutReason = (
  reasons: readonly PauseReason[],
  reason: string,
): readonly PauseReason[] => reasons.filter((known) => known.reason !== reason)

export const hasReason = (
  reasons: readonly PauseReason[],
  { reason, until }: PauseReason,
): boolean => reasons.some((known) => known.reason === reason && known.until === until)
