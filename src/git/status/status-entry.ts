/** One path that differs between HEAD, index and work tree. */
export interface StatusEntry {
  /** Ends in `/` for a nested repository. */
  readonly path: string
  /** git_status_t. */
  readonly flags: number
}
