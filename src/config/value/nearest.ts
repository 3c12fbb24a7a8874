/** Edits of one character (insertion, deletion, substitution) from one word to the other. */
const distance = (from: string, to: string): number => {
  const first = Array.from({ length: to.length + 1 }, (_, column) => column)
  const last = Array.from(from).reduce<readonly number[]>(
    (above, letter, row) =>
      Array.from(to).reduce<readonly number[]>(
        (line, other, column) => [
          ...line,
          Math.min(
            (above[column + 1] ?? 0) + 1,
            (line[column] ?? 0) + 1,
            (above[column] ?? 0) + (letter === other ? 0 : 1),
          ),
        ],
        [row + 1],
      ),
    first,
  )
  return last[to.length] ?? 0
}

/** A longer word is no slip of a known one, and comparing would cost its length squared. */
const longestWord = 40

/** The known word that was probably meant: at most a third of it differs. Case and dashes do not count. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  if (word.length > longestWord) return null
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(plain(word), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= candidate.length / 3)
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate ?? null
}
