import { access, constants, stat } from 'node:fs/promises'
import { hasCode } from '../../git/problem/error-code.js'
import type { KeyFile } from './facts.js'
import { runSshTool } from '../../git/transport/ssh/ssh-tool.js'

/** `-P ''` opens a key that has no passphrase and asks for none. */
const keyFileOf = async (path: string): Promise<KeyFile> => {
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!readable) return { path, state: 'unreadable' }
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) return { path, state: 'open-to-others' }
  return runSshTool('ssh-keygen', ['-y', '-P', '', '-f', path]).then(
    () => ({ path, state: 'usable' }),
    // Without ssh-keygen nobody can tell before ssh tries it.
    (error: unknown) => ({ path, state: hasCode(error, 'ENOENT') ? 'usable' : 'encrypted' }),
  )
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Those that are there. */
export const keyFilesOf = async (paths: readonly string[]): Promise<readonly KeyFile[]> => {
  const found = await Promise.all(
    paths.map(async (path) => ((await isThere(path)) ? [await keyFileOf(path)] : [])),
  )
  return found.flat()
}

/** How many keys an agent has; null where it does not answer. */
export const keysIn = async (socket: string): Promise<number | null> => {
  const empty = /no identities/i
  try {
    const { stdout } = await runSshTool('ssh-add', ['-l'], { SSH_AUTH_SOCK: socket })
    return stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '').length
  } catch (error) {
    const told =
      typeof error === 'object' && error !== null ? String(Reflect.get(error, 'stdout')) : ''
    return empty.test(told) ? 0 : null
  }
}
