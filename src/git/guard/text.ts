/** Bytes in which a NUL tells what is no text, as git has it. */
const head = 8000

/** The encodings whose mark Windows programs put before a text that is full of NULs. */
const encodings = [
  { mark: [0xff, 0xfe], name: 'utf-16le' },
  { mark: [0xfe, 0xff], name: 'utf-16be' },
] as const

/** What a file says; null where it is no text. */
export const textOf = (bytes: Uint8Array): string | null => {
  for (const { mark, name } of encodings)
    if (mark.every((byte, n) => bytes[n] === byte)) return new TextDecoder(name).decode(bytes)
  if (bytes.subarray(0, head).includes(0)) return null
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
