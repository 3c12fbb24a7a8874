import type { PushResult } from '../../actors/ports.js'
import { failure } from '../problem.js'
import { redact } from '../redact.js'
import { damagedThere } from '../sayings.js'

/** The branch moved meanwhile: seen before sending, told by the server, or lost between its look and its write. */
const moved =
  /non-fast-?forward|fetch first|needs force|stale info|is at \S+ but expected|reference (?:with that name )?already exists|\.lock': File exists/i

/** The server's own lines among what came over the wire, without its padding. */
export const serverWords = (text: string): string =>
  [...text.matchAll(/^remote: (.*)$/gm)]
    .map(([, line = '']) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')

/**
 * A refused push, from the status that the server gave the ref and from what it said beside.
 *
 * @throws GitFailure where the remote lacks what it said to have: no rule of its own, and nothing to be changed here
 */
export const rejectionOf = (status: string, words: string): PushResult => {
  const message = redact(words === '' ? status : `${words} (${status})`)
  if (/missing necessary objects/i.test(status)) throw failure('declined', message, damagedThere)
  const reason = moved.test(`${status}\n${words}`) ? 'non-fast-forward' : 'declined'
  return { kind: 'rejected', reason, message }
}
