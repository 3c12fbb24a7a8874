/** Where a text stops being JSON, from 1 on. */
interface JsonPosition {
  readonly line: number
  readonly column: number
}

/** The position of the fault in a text that `JSON.parse` refused with this message. */
export const jsonPosition = (text: string, message: string): JsonPosition => {
  const offset = /at position (\d+)/.exec(message)?.[1]
  const before = text.slice(0, offset === undefined ? unexpectedToken(text) : Number(offset))
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/**
 * V8 gives no offset for an unexpected token. The parser goes from left to right, so that every
 * beginning of the text with the token in it is refused alike, and no shorter one: halving finds
 * it in as many steps as the length has bits. The end, where there is no such token.
 */
const unexpectedToken = (text: string): number => {
  const search = (without: number, within: number): number => {
    if (within - without <= 1) return without
    const middle = (without + within) >> 1
    return refusesToken(text.slice(0, middle)) ? search(without, middle) : search(middle, within)
  }
  return refusesToken(text) ? search(0, text.length) : text.length
}

const refusesToken = (text: string): boolean => {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Unexpected token')
  }
}
