import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshFolder } from './playground.js'
import { makeKey, startDaemon } from './ssh-daemon.js'

/** A server that lets one key in, and what a person has of it. */
export interface SshServer {
  urlOf(path: string): string
  readonly key: string
  readonly wrongKey: string
  readonly knownHosts: string
  readonly noHosts: string
}

export const startSsh = async (): Promise<SshServer> => {
  const daemon = await startDaemon()
  const key = makeKey('right')
  daemon.authorize(key)
  const noHosts = join(freshFolder('hosts'), 'no_hosts')
  writeFileSync(noHosts, '')
  return {
    urlOf: (path) => daemon.urlOf(path),
    key,
    wrongKey: makeKey('wrong'),
    knownHosts: daemon.knownHosts('ed25519'),
    noHosts,
  }
}
