import { readFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'

/** Bytes that are compared at a time. */
const chunk = 1 << 18

const readAt = async (file: FileHandle, at: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(chunk), 0, chunk, at)
  return buffer.subarray(0, bytesRead)
}

/** Bytes of a sector: what of a file does not come to the disk is no smaller, but at its end. */
const sector = Buffer.alloc(512)

const hasZeroSector = (found: Buffer): boolean => {
  for (let at = 0; at < found.length; at += sector.length) {
    const one = found.subarray(at, at + sector.length)
    if (one.equals(sector.subarray(0, one.length))) return true
  }
  return false
}

const hasZerosAtLast = async (path: string | Buffer): Promise<boolean> => {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    for (let at = 0; at < size; at += chunk) if (hasZeroSector(await readAt(file, at))) return true
    return false
  } finally {
    await file.close()
  }
}

/** Bytes up to which a file is read at once: a tenth of a millisecond, many in a turn. */
const small = 1n << 16n

/** Whether a file of this many bytes has a sector of zeros, or such an end. False for what cannot be read. */
export const hasZeros = (path: string | Buffer, size: bigint): boolean | Promise<boolean> => {
  if (size > small) return hasZerosAtLast(path).catch(() => false)
  try {
    return hasZeroSector(readFileSync(path))
  } catch {
    return false
  }
}

type Likeness = 'same' | 'piece' | 'other'

const compare = (found: Buffer, wanted: Buffer): Likeness => {
  if (found.equals(wanted)) return 'same'
  if (found.length > wanted.length) return 'other'
  return found.every((byte, n) => byte === wanted[n] || byte === 0) ? 'piece' : 'other'
}

/**
 * Whether a file is a piece of another: its beginning, or with zeros where nothing of it came to the disk; not all of
 * it. False for what cannot be read.
 */
export const isPieceOf = async (
  file: string | Buffer,
  whole: string | Buffer,
): Promise<boolean> => {
  const files: FileHandle[] = []
  try {
    for (const path of [file, whole]) files.push(await open(path, 'r'))
    const [found, wanted] = files
    if (found === undefined || wanted === undefined) return false
    const { size } = await wanted.stat()
    if ((await found.stat()).size > size) return false
    let isPiece = false
    for (let at = 0; at < size; at += chunk) {
      const like = compare(await readAt(found, at), await readAt(wanted, at))
      if (like === 'other') return false
      isPiece ||= like === 'piece'
    }
    return isPiece
  } catch {
    return false
  } finally {
    for (const one of files) await one.close()
  }
}
