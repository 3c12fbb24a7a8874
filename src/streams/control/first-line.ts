import type { OperatorFunction } from 'rxjs'
import { concat, concatMap, map, of, pipe, scan, take, throwError } from 'rxjs'

const lineFeed = 0x0a

interface Gathered {
  readonly parts: readonly Uint8Array[]
  readonly bytes: number
  readonly whole: boolean
}

const nothing: Gathered = { parts: [], bytes: 0, whole: false }

const gather = ({ parts, bytes }: Gathered, part: Uint8Array): Gathered => {
  const end = part.indexOf(lineFeed)
  const more = end < 0 ? part : part.subarray(0, end)
  return { parts: [...parts, more], bytes: bytes + more.length, whole: end >= 0 }
}

/**
 * The first line of a stream of bytes, without its line feed; the end of the stream ends it too. What follows is not
 * waited for. An error where it is longer than so many bytes, before more of it is kept.
 */
export const firstLine = (longest: number): OperatorFunction<Uint8Array, string> =>
  pipe(
    (bytes$) => concat(bytes$, of(Uint8Array.of(lineFeed))),
    scan(gather, nothing),
    concatMap((gathered) =>
      gathered.bytes > longest
        ? throwError(() => new Error(`the line is longer than ${String(longest)} bytes`))
        : gathered.whole
          ? of(gathered.parts)
          : [],
    ),
    take(1),
    map((parts) => Buffer.concat(parts).toString('utf8')),
  )
