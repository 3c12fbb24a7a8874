import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { localPath } from '../../problem/address.js'
import { failure } from '../../problem/problem.js'

/** A relative path is one from the work tree, as for git; libgit2 takes it from wherever the process was started. */
export const fromWorkTree = (url: string, workTree: string): string =>
  localPath(url) === url ? resolve(workTree, url) : url

/** Hooks by which a repository refuses what is pushed to it. */
const gates = ['pre-receive', 'update', 'reference-transaction']

/** A remote on this machine has no server, so that libgit2 itself writes there, and asks no hook. @throws GitFailure `declined` */
export const refuseUnasked = async (url: string): Promise<void> => {
  const path = localPath(url)
  if (path === null) return
  for (const folder of [path, join(path, '.git')])
    for (const gate of gates) {
      const hook = join(folder, 'hooks', gate)
      const isThere = await access(hook, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (!isThere) continue
      throw failure(
        'declined',
        `${path} has the hook ${gate}, which libgit2 does not ask where the remote is a folder`,
        'Install git and use "transport": "auto".',
      )
    }
}
