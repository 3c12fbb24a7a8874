import { hasCode } from '../../problem/error-code.js'
import { runSshTool } from './ssh-tool.js'

/** Lines of known_hosts for one host, also where its name is hashed; null where nobody here can tell. */
export const knownHostLines = async (
  name: string,
  file: string,
): Promise<readonly string[] | null> => {
  try {
    const { stdout } = await runSshTool('ssh-keygen', ['-F', name, '-f', file])
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  } catch (error) {
    // It ends with a code of its own where there is none, and where there is no such file.
    return hasCode(error, 'ENOENT') ? null : []
  }
}
