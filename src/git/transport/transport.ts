import { findGit } from '../program/git-program.js'
import { clearDeadLocks } from './around/dead-locks.js'
import { openGitTalk } from './git-talk.js'
import { openGitTransport } from './git-transport.js'
import { pushLargeFiles } from './lfs.js'
import { levelPush } from './around/level-push.js'
import { openLibgit2Transport } from './libgit2/libgit2-transport.js'
import { nobody } from './port.js'
import type { Onlooker, Transport, TransportSettings } from './port.js'
import { stuckPush } from './around/stuck-push.js'
import { tidyFetch } from './around/tidy-fetch.js'
import { unblockedFetch } from './around/unblocked-fetch.js'
import { wholeFetch } from './around/whole-fetch.js'

export type { Transport, TransportSettings } from './port.js'

/** libgit2, before which git brings what git-lfs keeps aside. */
const openLibrary = (settings: TransportSettings, onlooker: Onlooker): Transport => {
  const library = openLibgit2Transport(settings, onlooker)
  const git = openGitTalk(settings, onlooker)
  return {
    ...library,
    push: async (request) => {
      await pushLargeFiles(git, request)
      return library.push(request)
    },
    close: () => {
      git.close()
      library.close()
    },
  }
}

/** Chosen at each transfer, so that a git program that is installed later is used without a restart. */
const openEither = (settings: TransportSettings, onlooker: Onlooker): Transport => {
  const program = openGitTransport(settings, onlooker)
  const library = openLibrary(settings, onlooker)
  const chosen = async (): Promise<Transport> => ((await findGit()) === null ? library : program)
  return {
    ask: async (request) => (await chosen()).ask(request),
    fetch: async (request) => (await chosen()).fetch(request),
    push: async (request) => (await chosen()).push(request),
    rehearsePush: async (request) => (await chosen()).rehearsePush(request),
    close: () => {
      program.close()
      library.close()
    },
  }
}

/** `auto` is the git program where it is installed, else libgit2. */
const openNamed = (settings: TransportSettings, onlooker: Onlooker): Transport => {
  switch (settings.transport) {
    case 'git':
      return openGitTransport(settings, onlooker)
    case 'libgit2':
      return openLibrary(settings, onlooker)
    case 'auto':
      return openEither(settings, onlooker)
    default:
      return settings.transport satisfies never
  }
}

/** The transport that the settings name; it clears first what a killed transfer left in the way, and what another branch did. */
export const openTransport = (
  settings: TransportSettings,
  onlooker: Onlooker = nobody,
): Transport => {
  const named = openNamed(settings, onlooker)
  return {
    ...named,
    fetch: tidyFetch(
      unblockedFetch({
        ask: (request) => named.ask(request),
        fetch: wholeFetch(async (request) => {
          await clearDeadLocks(settings.path, request)
          return named.fetch(request)
        }),
      }),
    ),
    push: levelPush(
      stuckPush(async (request) => {
        await clearDeadLocks(settings.path, request)
        return named.push(request)
      }),
    ),
  }
}
