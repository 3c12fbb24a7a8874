import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflate, inflateSync } from 'node:zlib'
import type { Oid } from '../../actors/outcome.js'
import { orAbsent } from '../problem/error-code.js'
import { inSlices } from '../slices.js'

interface LooseObject {
  readonly oid: Oid
  readonly file: string
  /** Bytes. */
  readonly size: number
}

const folderNames = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

const isFaultOfContent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

/** Bytes up to which a file is read at once, and its content may take at most: a fifth of a millisecond, many in a turn. */
const small = { file: 1 << 14, content: 1 << 16 } as const

/** The answer for a small one, which takes a tenth of the time; null: it is none. */
const isTornNow = ({ file, oid, size }: LooseObject): boolean | null => {
  if (size > small.file) return null
  try {
    const content = inflateSync(readFileSync(file), { maxOutputLength: small.content })
    return createHash('sha1').update(content).digest('hex') !== oid
  } catch (error) {
    return isFaultOfContent(error) ? true : null
  }
}

const isTornAtLast = async ({ file, oid }: LooseObject): Promise<boolean> => {
  const hash = createHash('sha1')
  try {
    await pipeline(createReadStream(file), createInflate(), hash)
    return hash.digest('hex') !== oid
  } catch (error) {
    return isFaultOfContent(error)
  }
}

/** Whether the file of an object holds another content than its name says, such as none. One that cannot be read is not known to. */
const isTorn = (object: LooseObject): boolean | Promise<boolean> =>
  isTornNow(object) ?? isTornAtLast(object)

/** Objects in files of their own that may have been written since. */
const writtenSince = async (objects: string, since: number): Promise<readonly LooseObject[]> => {
  const found: LooseObject[] = []
  for await (const [folder, names] of inSlices(folderNames, (name) =>
    readdir(join(objects, name)).catch(() => []),
  )) {
    const loose = names
      .filter((name) => /^[0-9a-f]{38}$/.test(name))
      .map((name) => ({ oid: `${folder}${name}`, file: join(objects, folder, name) }))
    for await (const [one, seen] of inSlices(loose, ({ file }) => stat(file).catch(() => null)))
      if (seen !== null && seen.mtimeMs >= since) found.push({ ...one, size: seen.size })
  }
  return found
}

/**
 * Moves aside what a power cut left of objects: an empty file, or a piece of one. libgit2 and git write an object under
 * its name before it is on the disk, and no later writing of the same content replaces it, so that a commit would name
 * what nobody can read.
 *
 * @param since milliseconds since the epoch: what was not written later is not looked at
 */
export const setTornAside = async (
  objects: string,
  since: number,
  aside: string,
): Promise<void> => {
  const suspects = await writtenSince(objects, since)
  for await (const [{ oid, file }, torn] of inSlices(suspects, isTorn)) {
    if (!torn) continue
    await mkdir(aside, { recursive: true })
    // Of two that look at the same time one finds it gone.
    await orAbsent(rename(file, join(aside, oid)))
  }
}
