/** Where something stands in a text. */
export type Range = readonly [start: number, end: number]

/** One kind of secret, by the name that `.gitsyncallow` takes. */
export interface Rule {
  readonly id: string
  readonly find: (path: string, text: string) => readonly Range[]
}

/** A rule by what such secrets look like. @param pattern global, and linear in the length of any text */
export const matching = (id: string, pattern: RegExp): Rule => ({
  id,
  find: (_, text) =>
    [...text.matchAll(pattern)].map(({ index, 0: { length } }) => [index, index + length]),
})
