import type { Signing } from '../../git/signing/signing.js'
import { failedBy, ok } from './check.js'
import type { Verdict } from './check.js'
import type { RepositoryFacts } from './facts.js'

/** Of a key that stands there as a whole. */
const longest = 60

const keyOf = ({ format, key }: Signing): string => {
  if (key !== null) return key.length > longest ? `${key.slice(0, longest)}…` : key
  return format === 'ssh' ? 'that gpg.ssh.defaultKeyCommand names' : 'of whoever commits'
}

/** Whether a commit would be signed now, without a question to anybody. */
export const judgeSigning = (signing: RepositoryFacts['signing']): Verdict => {
  if (signing.kind === 'problem') return failedBy('signing', signing.problem)
  return signing.value === null
    ? ok('signing', 'commits are not signed')
    : ok('signing', `by ${signing.value.format} with the key ${keyOf(signing.value)}: it was tried`)
}
