/** What a rule found in a text. The secret itself never leaves the thread that looked. */
export interface Secret {
  /** As `.gitsyncallow` names it. */
  readonly rule: string
  /** From 1 on. */
  readonly line: number
  /** Tells whether another version of the file holds the same one. */
  readonly mark: string
}

/** A file as it is looked at. */
export interface Content {
  readonly path: string
  readonly bytes: Uint8Array
}
