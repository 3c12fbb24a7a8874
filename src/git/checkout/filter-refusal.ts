import { failure, GitFailure, problemOfTalk } from '../problem/problem.js'

const install = 'Install what the filter of .gitattributes needs (for LFS: git-lfs).'

const bring =
  'On a machine that has that file, git lfs push --all REMOTE; or bring it back on the server.'

/** git-lfs fetches the content of a file only when it is written out, and says why it cannot. */
const download = /^Error downloading object: .*$/m

/** The end of a temporary name, and our own port: with them the same problem would be told again each time. */
const passing = /(?<=\/incomplete\/[0-9a-f]{64})\d+|(?<=\btcp )\S+->/g

/**
 * What it means that git could not write files out: a filter is missing or fails, or it is git-lfs, whose server has not
 * the content or is out of reach, which is tried again as any other talk.
 */
export const filterRefusal = (asked: string, words: string): GitFailure => {
  const said = download.exec(words)?.[0].replace(passing, '')
  if (said === undefined) return failure('unexpected', `${asked} failed: ${words}`, install)
  if (/missing object|object does not exist|\b(?:404|410)\b/i.test(said))
    return failure('not-found', said, bring)
  return new GitFailure(problemOfTalk(said, 1, ''))
}
