import { hostKeyRemedy } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKeyPlace } from '../../git/transport/ssh/host-key-remedy.js'
import type { HostKey } from './facts.js'
import { runSshTool } from '../../git/transport/ssh/ssh-tool.js'

/** Lines of known_hosts for one host, also where its name is hashed. */
const entriesIn = async (name: string, file: string): Promise<readonly string[]> => {
  const { stdout } = await runSshTool('ssh-keygen', ['-F', name, '-f', file]).catch(() => ({
    stdout: '',
  }))
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** What these files know of one host. */
export const hostKeyOf = async (
  place: HostKeyPlace,
  files: readonly string[],
  strict: string,
): Promise<HostKey> => {
  const { name } = place
  const entries = (await Promise.all(files.map((file) => entriesIn(name, file)))).flat()
  const revoked = entries.filter((line) => line.startsWith('@revoked'))
  const known = entries.filter((line) => !line.startsWith('@revoked'))
  const state = known.length > 0 ? 'known' : revoked.length > 0 ? 'revoked' : 'unknown'
  const algorithms = known.map((line) => line.replace(/^@\S+ /, '').split(' ')[1] ?? '')
  const remedy = hostKeyRemedy(place, state === 'revoked' ? 'revoked' : 'unknown')
  return { host: name, state, algorithms: [...new Set(algorithms)], files, strict, remedy }
}
