import type { GitOid } from '../git-objects.js'
import type { Repository } from '../repository.js'
import { seldom } from '../seldom.js'
import { signingOf } from '../signing/signing.js'
import type { CommitDraft } from '../signing/write-signed.js'
import { writeSigned } from '../signing/write-signed.js'

/** Writes a commit that no ref names yet, signed where git's configuration says so. @throws GitFailure */
export const writeCommit = async (repository: Repository, draft: CommitDraft): Promise<GitOid> => {
  const signing = await signingOf(repository)
  if (signing !== null)
    return seldom(repository, 'signing', '', () => writeSigned(repository, signing, draft))
  const { author, committer, message, tree, parents } = draft
  return repository.git.createCommit(null, author, committer, message, tree, parents)
}
