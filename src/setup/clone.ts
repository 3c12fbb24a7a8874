import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Observable } from 'rxjs'
import { defer } from 'rxjs'
import type { Oid } from '../actors/outcome.js'
import type { TransferProgress } from '../actors/ports.js'
import { planAddition } from '../config/write/add-repository.js'
import { thisMachine } from '../config/machine.js'
import { redact } from '../redact.js'
import { shellWord } from '../shell-word.js'
import type { Surroundings } from '../git/program/surroundings.js'
import { hasIdentity, surroundingsOf } from '../git/program/surroundings.js'
import { clone } from '../git/transport/clone.js'
import { askedRemote, isSameAddress } from './address.js'
import { chooseBranch } from './choose-branch.js'
import type { Prepared } from './first-pass.js'
import { setUp } from './first-pass.js'
import { folderNameOf } from './folder-name.js'
import type { SetupOutcome } from './outcome.js'
import { RefusalError, refuseIfAborted } from './outcome.js'
import { absolutePath } from './paths.js'
import { refusePlace } from './refuse-place.js'
import type { CloneRequest } from './request.js'

/** @throws RefusalError where the address has no name in it */
const folderFor = (url: string): string => {
  const name = folderNameOf(url)
  if (name !== null) return `./${name}`
  throw new RefusalError(
    'bad-address',
    `${redact(url)} names no folder.`,
    'Say where to: gitsync clone URL PATH.',
  )
}

/** Whether a clone of this address is there, as after a run that was killed before it was in the config. */
const isCloned = (found: Surroundings, url: string): boolean =>
  found.kind === 'repository' &&
  [...found.remotes.values()].some((known) => isSameAddress(known, url, found.path))

const noticed = async (path: string, hasAuthor: boolean): Promise<readonly string[]> => [
  ...(hasAuthor || (await hasIdentity(path))
    ? []
    : [
        'git does not know who commits: nothing of yours is committed until user.name and user.email are set (git config --global user.name "Your Name").',
      ]),
  ...(existsSync(join(path, '.gitmodules'))
    ? [`It has submodules, which are not cloned: git -C ${shellWord(path)} submodule update --init`]
    : []),
]

const prepare = async (request: CloneRequest): Promise<Prepared> => {
  const machine = thisMachine()
  const url = askedRemote(request.url, machine)
  const path = absolutePath(request.path ?? folderFor(url), machine)
  const found = await surroundingsOf(path)
  const place = refusePlace(found, machine.home)
  const made = !isCloned(found, url)
  if (made && (place.kind === 'files' || place.kind === 'repository'))
    throw new RefusalError(
      'not-empty',
      `${place.path} is not empty.`,
      `Name another folder, or merge what is in it with the remote: gitsync init '${place.path}' --remote ${redact(url)} --join`,
    )
  const addition = planAddition(request.configFile, { path, ...request.repo }, machine)
  const { sshKey, knownHosts, networkTimeout, branch, author } = addition.settings
  const { signal } = request
  const onProgress = (progress: TransferProgress | null): void =>
    request.onProgress?.({ repo: place.path, progress })
  const address = { url, sshKey, knownHosts, networkTimeout, signal }
  const choose = (branches: ReadonlyMap<string, Oid>): string | null =>
    chooseBranch(place, branch, { branches, head: null }).theirs
  if (made) await clone({ address, path: place.path, branch, choose, onProgress })
  refuseIfAborted(signal)
  return {
    type: 'Cloned',
    path: place.path,
    made,
    addition,
    begins: false,
    notes: await noticed(place.path, author !== null),
  }
}

/**
 * Clones as `git clone` does, makes one pass of the pipeline, and adds it to the config. A kill on the way leaves no
 * half of a clone; the same command goes on. Cold: nothing happens before `subscribe`.
 *
 * The last value is `Cloned` or `SetupRefused`; a bad config is an error, a `ConfigError`.
 */
export const cloneRepository = (request: CloneRequest): Observable<SetupOutcome> =>
  defer(() =>
    setUp(request.path ?? folderNameOf(request.url) ?? '', () => prepare(request), request),
  )
