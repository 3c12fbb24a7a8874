import { isSsh } from './address.js'
import { outOfOrder } from './http-sayings.js'

/** Who says what in a talk with a remote: a full disk, for one, may be this machine's or the server's. */
export interface Voices {
  readonly ours: string
  /** Less what it says while it is out of order. */
  readonly servers: string
}

/** What the server sent, and what ssh and curl say of themselves: it is not about the repository. */
const ofOthers =
  /^(?:remote: |ERROR: |fatal: remote error: |.*\bbatch response: |ssh: |Load key |Could not create directory '|hostfile_\w+: |Failed to add the host |Control socket |fatal: unable to access '[^'\n]*:\/\/).*$/gm

/** The server's words where git or git-lfs marks them as its own. */
const marked = /(?:^(?:remote|ERROR|fatal: remote error): |\bbatch response: )(.*)$/gm

/** Said where the server ends the talk before git's own began: then git has not written anything yet. */
const notBegun = /^fatal: Could not read from remote repository/m

/** Why ssh has not come in: what stands beside it is of this machine, or a banner for everybody. */
const shutOut =
  /^ssh: |^\w+_exchange_identification: |^Connection (?:closed|reset) by |^Received disconnect |^Host key verification failed|Permission denied(?: \(|,)/m

/** Over ssh the server's standard error comes without a mark, among what this machine says. */
export const voicesIn = (text: string, url: string): Voices => {
  const unmarked = text.replace(ofOthers, '')
  const theirs = isSsh(url) && notBegun.test(text) && !shutOut.test(text)
  const words = Array.from(text.matchAll(marked), ([, line = '']) => line.trimEnd())
  const servers = [...words, ...(theirs ? [unmarked] : [])].join('\n')
  return { ours: theirs ? '' : unmarked, servers: outOfOrder.test(text) ? '' : servers }
}
