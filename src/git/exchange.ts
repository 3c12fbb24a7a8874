import type { Pushed, PushRejected, RemoteFetched } from '../actors/outcome.js'
import type { FetchResult, TransportRequest } from '../actors/ports.js'
import type { Place, Position, Report } from '../actors/reports.js'
import type { RepoSettings } from '../actors/settings.js'
import { askPrePush } from './hooks/pre-push.js'
import { refuseUnknownRemote } from './refs/position.js'
import { noteSent } from './refs/sent.js'
import { setUpstream } from './refs/upstream.js'
import type { Repository } from './repository.js'
import { markStep } from './step-mark.js'
import type { Transport } from './transport/transport.js'

/** @throws GitFailure `not-found` where git knows no such remote */
const requestFor = async (
  { git, gitDir }: Repository,
  { remote, branch }: Place,
): Promise<TransportRequest> => {
  await refuseUnknownRemote(git, remote)
  return { gitDir, remote, branch }
}

/** What a fetch brought, told with where the branch stands by now. */
export const fetchedAt = (
  fetched: Awaited<ReturnType<typeof fetchPlaces>>,
  position: Position,
): Report => {
  const { ahead, behind } = position
  return { type: 'Fetched', fetched: fetched && { ...fetched, ahead, behind }, position }
}

export const pushedAt = (pushed: Pushed | null, position: Position): Report => ({
  type: 'PushDone',
  pushed,
  position,
})

export const refusedAt = (rejected: PushRejected, position: Position): Report => ({
  type: 'PushRefused',
  rejected,
  position,
})

/** What came of the upstream, and of the place that is pushed to. @returns null where the upstream has no such branch @throws GitFailure */
export const fetchPlaces = async (
  repository: Repository,
  transport: Transport,
  { upstream, pushTo }: Position,
): Promise<Omit<RemoteFetched, 'ahead' | 'behind'> | null> => {
  if (upstream === null) return null
  const fetchFrom = async (place: Place): Promise<FetchResult> =>
    transport.fetch(await requestFor(repository, place))
  const { oid, bytes } = await fetchFrom(upstream)
  const also = pushTo === undefined ? 0 : (await fetchFrom(pushTo)).bytes
  markStep('fetched')
  if (oid === null) return null
  const { remote, branch } = upstream
  return { type: 'RemoteFetched', remote, branch, oid, bytes: bytes + also }
}

/** The branch to where it is pushed. @returns null where it was there already @throws GitFailure */
export const pushBranch = async (
  repository: Repository,
  transport: Transport,
  settings: RepoSettings,
  { branch, head, upstream, pushTo }: Position,
): Promise<Pushed | PushRejected | null> => {
  if (upstream === null || head === null) throw new Error('There is nothing to push.')
  if (settings.squash !== null) await noteSent(repository, branch, head)
  const place = pushTo ?? upstream
  const request = { ...(await requestFor(repository, place)), oid: head }
  if (settings.hooks) await askPrePush(repository, branch, head, place)
  const result = await transport.push(request)
  markStep('pushed')
  if (result.kind === 'rejected') {
    const { reason, message } = result
    return { type: 'PushRejected', reason, message }
  }
  if (pushTo === undefined) await setUpstream(repository, branch, upstream)
  const { remote, branch: theirs, oid: from } = place
  const { moved, bytes } = result
  return moved ? { type: 'Pushed', remote, branch: theirs, from, to: head, bytes } : null
}
