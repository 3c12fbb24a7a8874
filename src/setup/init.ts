import type { Observable } from 'rxjs'
import type { RepoSettings } from '../actors/settings.js'
import type { Addition } from '../config/write/add-repository.js'
import { planAddition } from '../config/write/add-repository.js'
import type { Machine } from '../config/machine.js'
import { thisMachine } from '../config/machine.js'
import { addRemote, makeRepository, startOn, writeIgnoreFile } from '../git/make-ready.js'
import { redact } from '../redact.js'
import { shellWord } from '../shell-word.js'
import { markStep } from '../git/step-mark.js'
import { hasIdentity, surroundingsOf } from '../git/program/surroundings.js'
import type { Address } from '../git/transport/remote/remote-look.js'
import { isRelated } from '../git/transport/remote/remote-look.js'
import { askedRemote, isSameAddress, lookUnlessOffline } from './address.js'
import type { Meeting } from './choose-branch.js'
import { chooseBranch } from './choose-branch.js'
import type { Prepared } from './first-pass.js'
import { setUp } from './first-pass.js'
import { ignoreTemplate } from './ignore-template.js'
import type { SetupOutcome } from './outcome.js'
import { RefusalError, refuseIfAborted } from './outcome.js'
import { absolutePath } from './paths.js'
import type { Place } from './refuse-place.js'
import { refusePlace } from './refuse-place.js'
import type { InitRequest } from './request.js'

/** The config with this repository in it, and somebody who commits. @throws RefusalError `no-identity` */
const identified = async (
  request: InitRequest,
  path: string,
  place: Place,
  machine: Machine,
): Promise<Addition> => {
  const plan = (more: object): Addition =>
    planAddition(request.configFile, { path, ...request.repo, ...more }, machine)
  const first = plan({})
  if (first.settings.author !== null || (await hasIdentity(place.cwd))) return first
  const author = (await request.ask?.('author')) ?? null
  if (author !== null) return plan({ author })
  throw new RefusalError(
    'no-identity',
    'git does not know who commits: user.name and user.email are not set.',
    'git config --global user.name "Your Name", and user.email likewise; or --author "Your Name <you@example.org>".',
  )
}

/** The address to talk to, and whether it is new here. Null: no remote. @throws RefusalError */
const remoteOf = async (
  request: InitRequest,
  place: Place,
  machine: Machine,
): Promise<{ readonly url: string; readonly isNew: boolean } | null> => {
  const remotes = place.kind === 'repository' ? place.remotes : new Map<string, string>()
  const origin = remotes.get('origin') ?? null
  const isMissing = request.remote === undefined && remotes.size === 0
  const said = isMissing ? ((await request.ask?.('remote')) ?? null) : (request.remote ?? null)
  if (said === null) return origin === null ? null : { url: origin, isNew: false }
  const url = askedRemote(said, machine)
  if (origin === null) return { url, isNew: true }
  if (isSameAddress(origin, url, place.path)) return { url: origin, isNew: false }
  throw new RefusalError(
    'other-remote',
    `${place.path} has the remote origin already, at ${redact(origin)}.`,
    `Leave --remote out to sync with that one, or change it: git -C ${shellWord(place.path)} remote set-url origin ${redact(url)}`,
  )
}

const holdsFiles = (place: Place): boolean =>
  place.kind === 'files' || (place.kind === 'repository' && !place.isEmpty)

/** Whether what is here and what is there have nothing in common but the wish to be the same. */
const areStrangers = async (
  place: Place,
  address: Address,
  theirs: readonly [branch: string, oid: string],
): Promise<boolean> =>
  place.kind === 'repository' && place.head !== null
    ? !(await isRelated(address, place.cwd, place.head, theirs))
    : holdsFiles(place)

/** What a person would have been asked about, had the remote been in reach. */
const unseen = ({ path }: Place): string =>
  `What the remote holds could not be seen. Should it have a history of its own, the next pass merges both, nothing of either lost. If the address is wrong, correct it before: git -C ${shellWord(path)} remote set-url origin ADDRESS`

/** @throws RefusalError `unrelated-history`, unless it was asked to join the two */
const meet = async (
  { join }: InitRequest,
  place: Place,
  address: Address,
  settings: RepoSettings,
  notes: string[],
): Promise<Meeting> => {
  const look = await lookUnlessOffline(address, place.cwd)
  if (look === null) {
    const hasMet = place.kind === 'repository' && place.follows !== null
    if (!hasMet && join !== true) notes.push(unseen(place))
    return { start: settings.branch, theirs: null }
  }
  const meeting = chooseBranch(place, settings.branch, look)
  const oid = meeting.theirs === null ? undefined : look.branches.get(meeting.theirs)
  if (meeting.theirs === null || oid === undefined || join === true) return meeting
  if (!(await areStrangers(place, address, [meeting.theirs, oid]))) return meeting
  const url = redact(address.url)
  throw new RefusalError(
    'unrelated-history',
    `${url} has a history of its own on ${meeting.theirs}, and what is in ${place.path} is not part of it.`,
    `To begin with what is there: gitsync clone ${url} ANOTHER-PATH. To merge both, so that nothing of either is lost: the same command with --join.`,
  )
}

const prepare = async (request: InitRequest): Promise<Prepared> => {
  const machine = thisMachine()
  const path = absolutePath(request.path, machine)
  const place = refusePlace(await surroundingsOf(path), machine.home)
  const addition = await identified(request, path, place, machine)
  const { settings } = addition
  const remote = await remoteOf(request, place, machine)
  const { sshKey, knownHosts, networkTimeout } = settings
  const { signal } = request
  const notes: string[] = []
  const meeting =
    remote === null
      ? { start: settings.branch, theirs: null }
      : await meet(
          request,
          place,
          { url: remote.url, sshKey, knownHosts, networkTimeout, signal },
          settings,
          notes,
        )
  // From here on things are made; cut short, the same command goes on.
  refuseIfAborted(signal)
  const made = place.kind !== 'repository'
  if (made) await makeRepository(place.path, meeting.start)
  else if (place.head === null && meeting.start !== null) await startOn(place.path, meeting.start)
  markStep('repository-made')
  // What the remote has comes as it is, its .gitignore too.
  if (request.ignoreTemplate === true && meeting.theirs === null) {
    const written = await writeIgnoreFile(place.path, ignoreTemplate)
    if (!written) notes.push('There is a .gitignore already, which is left as it is.')
  }
  if (remote?.isNew === true) await addRemote(place.path, 'origin', remote.url)
  markStep('remote-added')
  return { type: 'Initialized', path: place.path, made, addition, begins: true, notes }
}

/**
 * Makes a folder ready: a repository, its remote, one pass of the pipeline, which commits what is there and pushes it,
 * and the config. Done twice, it says that all is ready. Cold: nothing happens before `subscribe`.
 *
 * The last value is `Initialized` or `SetupRefused`; a bad config is an error, a `ConfigError`.
 */
export const initRepository = (request: InitRequest): Observable<SetupOutcome> =>
  setUp(request.path, () => prepare(request), request)
