import type { Observable } from 'rxjs'
import { createHash } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defer, from } from 'rxjs'
import { everything, isCovered } from '../../actors/changes.js'
import type { RepoPath } from '../../actors/outcome.js'
import type { IgnoreRules, StatusProbe } from '../../actors/ports.js'
import { refuseEndless } from './endless-rules.js'
import { libgit2 } from '../libgit2.js'
import { keepRepository } from '../repository.js'
import { readIgnoredDirectories, readStatus } from './status.js'

export interface WatchRules extends IgnoreRules, StatusProbe {
  /** Absolute path of the git directory. */
  gitDir(): Observable<string>
  /** Ends a question that is still asked. */
  close(): void
}

/**
 * What the watcher asks of git, on a repository handle of its own: the actor's operations hold theirs, and a
 * question about a new folder must not wait for a checkout. One question at a time.
 *
 * @param own what gitsync itself writes to in the work tree: a poll passes over it
 */
export const openWatchRules = (path: string, own: ReadonlySet<RepoPath>): WatchRules => {
  const keeper = keepRepository(path)
  let last: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(question: () => Promise<T>): Observable<T> =>
    defer(() => {
      const answer = last.then(question, question)
      last = answer.catch(() => undefined)
      return from(answer)
    })

  const ignoredOf = async (directories: readonly RepoPath[]): Promise<readonly RepoPath[]> => {
    const { git, workTree } = await keeper.get()
    await refuseEndless(workTree, directories)
    const ignored: RepoPath[] = []
    for (const directory of directories)
      if ((await libgit2.Ignore.pathIsIgnored(git, `${directory}/`)) === 1) ignored.push(directory)
    return ignored
  }

  const fingerprint = async (): Promise<string> => {
    const repository = await keeper.get()
    const { git, gitDir } = repository
    const hash = createHash('sha1')
    // A person may have switched the branch, or finished a merge.
    hash.update(`${String(git.state())} ${await readFile(join(gitDir, 'HEAD'), 'utf8')}`)
    for (const { path: file, flags } of await readStatus(repository, everything)) {
      if (isCovered(file, own)) continue
      // A file that was edited again since the last poll has the same flags.
      const found = await lstat(join(path, file), { bigint: true }).catch(() => null)
      hash.update(`${String(flags)} ${String(found?.mtimeNs)} ${String(found?.size)} ${file}\0`)
    }
    return hash.digest('hex')
  }

  return {
    gitDir: () => inTurn(async () => (await keeper.get()).gitDir),
    ignoredDirectories: () => inTurn(async () => readIgnoredDirectories(await keeper.get())),
    ignoredOf: (directories) => inTurn(() => ignoredOf(directories)),
    fingerprint: () => inTurn(fingerprint),
    close: () => {
      keeper.close()
    },
  }
}
