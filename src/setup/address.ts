import { resolve } from 'node:path'
import type { Machine } from '../config/machine.js'
import { classOf } from '../actors/problem.js'
import { localPath } from '../git/problem/address.js'
import { GitFailure } from '../git/problem/problem.js'
import type { Address, RemoteLook } from '../git/transport/remote/remote-look.js'
import { lookAtRemote } from '../git/transport/remote/remote-look.js'
import { RefusalError } from './outcome.js'

/** As it is to stand in git's configuration: a path from the root on, since git would start at the work tree. @throws RefusalError */
export const askedRemote = (said: string, { cwd, home }: Machine): string => {
  const url = said.trim()
  const isPrintable = Array.from(url).every((letter) => letter >= ' ' && letter !== '\x7f')
  if (url === '' || url.startsWith('-') || !isPrintable)
    throw new RefusalError(
      'bad-address',
      'The address of the remote is none.',
      'Give what `git clone` would take: git@host:name.git, https://host/name.git or a path.',
    )
  const path = localPath(url)
  if (path === null || url.startsWith('file://')) return url
  return url.startsWith('~/') ? resolve(home, url.slice(2)) : resolve(cwd, url)
}

/** As git takes them to be: the way to a folder may be written differently. */
export const isSameAddress = (known: string, asked: string, workTree: string): boolean => {
  const plain = (url: string): string => {
    const path = localPath(url)
    const full = path === null ? url : resolve(workTree, path)
    return full.replace(/\/+$/, '').replace(/\/?\.git$/, '')
  }
  return plain(known) === plain(asked)
}

/** Null where the remote is out of reach, which passes. @throws GitFailure where it says no */
export const lookUnlessOffline = async (
  address: Address,
  cwd: string,
): Promise<RemoteLook | null> => {
  try {
    return await lookAtRemote(address, cwd)
  } catch (error) {
    const isOutage = error instanceof GitFailure && classOf(error.problem) === 'outage'
    if (isOutage && address.signal?.aborted !== true) return null
    throw error
  }
}
