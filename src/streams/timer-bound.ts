/** Past 2^31 - 1 ms a timer of Node's fires at once, and a repeated one runs hot. */
export const timerBoundMs = 2_147_483_647

/** The delay, or the longest that a timer can wait. */
export const timerMs = (ms: number): number => Math.min(ms, timerBoundMs)
