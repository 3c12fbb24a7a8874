import type { PushResult } from '../../actors/ports.js'
import { failure } from '../problem/problem.js'
import { redact } from '../../redact.js'
import { damagedThere } from '../problem/sayings.js'

/** The branch moved meanwhile: seen before sending, told by the server, or lost between its look and its write. */
const moved =
  /non-fast-?forward|fetch first|needs force|stale info|is at \S+ but expected|reference (?:with that name )?already exists|\.lock': File exists/i

/** The server could not read what it was sent, which is no rule of its own. */
const garbled =
  /inflate|bad object at offset|pack (?:signature mismatch|is corrupted|has bad)|eof before pack header|early EOF|protocol error|bad band|index-pack abnormal exit/i

/** The server's own lines among what came over the wire, without its padding. */
export const serverWords = (text: string): string =>
  [...text.matchAll(/^remote: (.*)$/gm)]
    .map(([, line = '']) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')

/**
 * A refused push, from the status that the server gave the ref and from what it said beside.
 *
 * @throws GitFailure where the remote lacks what it said to have, or was sent something else than we did: no rule of its own
 */
export const rejectionOf = (status: string, words: string): PushResult => {
  const message = redact(words === '' ? status : `${words} (${status})`)
  if (/missing necessary objects/i.test(status)) throw failure('declined', message, damagedThere)
  if (/unpack|index-pack/i.test(status) && garbled.test(`${status}\n${words}`))
    throw failure('network', message)
  const reason = moved.test(`${status}\n${words}`) ? 'non-fast-forward' : 'declined'
  return { kind: 'rejected', reason, message }
}
