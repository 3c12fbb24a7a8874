import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Oid } from '../../actors/outcome.js'

/**
 * The name of the blob that a file is as it stands, no filter asked and nothing written; null where it cannot be read.
 *
 * @param size bytes; a file of another length has another name
 */
export const blobNameOf = async (file: string | Buffer, size: bigint): Promise<Oid | null> => {
  const hash = createHash('sha1').update(`blob ${String(size)}\0`)
  return pipeline(createReadStream(file), hash).then(
    () => hash.digest('hex'),
    () => null,
  )
}
