import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { isSsh } from '../../problem/address.js'
import { failure } from '../../problem/problem.js'

/**
 * libgit2 passes over the lines that revoke a key. Whom such a line means may be hidden by a hash, so that one is enough.
 *
 * @throws GitFailure `host-key`
 */
export const refuseRevocations = async (url: string, knownHosts: string | null): Promise<void> => {
  if (!isSsh(url)) return
  const file = knownHosts ?? join(homedir(), '.ssh', 'known_hosts')
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!/^\s*@revoked\s/m.test(text)) return
  throw failure(
    'host-key',
    `${file} revokes keys, which libgit2 would not heed`,
    'Install git and ssh, or name a file without @revoked lines as knownHosts.',
  )
}
