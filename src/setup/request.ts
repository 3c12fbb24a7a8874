import type { RepoDefaults } from '../config/sync-config.js'
import type { RepositoryProgress } from '../actors/ports.js'
import type { LogOptions } from '../streams/log/log.js'

/** What may be missing, and only a person knows. */
export type Question = 'remote' | 'author'

/** What `initRepository` and `cloneRepository` have in common. */
export interface SetupOptions {
  /** The config file that is written; it need not exist. Default: the user's own. */
  readonly configFile?: string | undefined
  /** Keys of this repository in the config, such as `sshKey`; they hold for the first pass too. */
  readonly repo?: RepoDefaults | undefined
  /** Aborted, it ends after the running step. */
  readonly signal?: AbortSignal | undefined
  /** Also writes a log for people to standard error. Default: none. */
  readonly log?: LogOptions | undefined
  /** Is told how far fetches, pushes and the first checkout are, for people who watch. Default: nobody. */
  readonly onProgress?: ((told: RepositoryProgress) => void) | undefined
}

export interface InitRequest extends SetupOptions {
  /** The work tree; made if it is not there. */
  readonly path: string
  /** The address of the remote, which becomes `origin`. */
  readonly remote?: string | undefined
  /** A remote with a history of its own is merged with this one, nothing of either lost, rather than refused. */
  readonly join?: boolean | undefined
  /** Begins with a `.gitignore`, where there is none. */
  readonly ignoreTemplate?: boolean | undefined
  /** Asked for what is missing; null is no answer. Default: nobody is asked. */
  readonly ask?: ((question: Question) => Promise<string | null>) | undefined
}

export interface CloneRequest extends SetupOptions {
  readonly url: string
  /** Default: named after the address, in the current folder, as git does. */
  readonly path?: string | undefined
}
