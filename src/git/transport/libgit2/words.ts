/** The text comes without an end of its own: past its length stand bytes that were never sent. */
export const firstBytes = (text: string, length: number): string =>
  Buffer.from(text).subarray(0, length).toString()

/** What a server said, without its empty lines. */
export const linesOf = (text: string): string =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
