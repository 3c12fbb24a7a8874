import { join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decoded = (bytes: Buffer): string | null => {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** The longest sequence that UTF-8 has for one character, in bytes. */
const longest = 4

/** The character that starts here and the bytes that it takes; null where there is none. */
const characterAt = (bytes: Buffer, start: number): readonly [string, number] | null => {
  for (let length = 1; length <= longest; length += 1) {
    const character = decoded(bytes.subarray(start, start + length))
    if (character !== null) return [character, length]
  }
  return null
}

/**
 * A path's bytes as text. Each byte that is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as in Python's
 * PEP 383: no decoder makes those, so that the way back is certain. libgit2 cannot be given such a path.
 */
export const pathOf = (bytes: Buffer): RepoPath => {
  const whole = decoded(bytes)
  if (whole !== null) return whole
  let text = ''
  for (let n = 0; n < bytes.length;) {
    const [character, length] = characterAt(bytes, n) ?? [
      String.fromCharCode(0xdc00 + (bytes[n] ?? 0)),
      1,
    ]
    text += character
    n += length
  }
  return text
}

const loneSurrogate = /[\uDC80-\uDCFF]/u

/** Whether some of the path's bytes are no UTF-8. */
export const isByteName = (path: RepoPath): boolean => loneSurrogate.test(path)

export const bytesOf = (path: RepoPath): Buffer =>
  isByteName(path)
    ? Buffer.concat(
        Array.from(path, (character) =>
          loneSurrogate.test(character)
            ? Buffer.from([character.charCodeAt(0) - 0xdc00])
            : Buffer.from(character),
        ),
      )
    : Buffer.from(path)

/** The bytes that a path takes. */
export const lengthOf = (path: RepoPath): number =>
  isByteName(path) ? bytesOf(path).length : Buffer.byteLength(path)

/** What people and libgit2 are shown: U+FFFD stands for what is no UTF-8. */
export const shownPath = (path: RepoPath): RepoPath =>
  isByteName(path) ? bytesOf(path).toString() : path

/** The file at a path below a folder, as the file system is asked for it. */
export const fileAt = (folder: string, path: RepoPath): string | Buffer =>
  isByteName(path) ? Buffer.concat([Buffer.from(`${folder}/`), bytesOf(path)]) : join(folder, path)
