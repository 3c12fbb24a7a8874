/** The error code of the system, if it is one. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null

/** What is thrown, in its own words. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
