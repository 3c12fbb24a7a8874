import type { Place, Position } from '../../actors/reports.js'
import type { GitConfigSnapshot, GitRepository } from '../git-objects.js'
import { configOf, readConfig } from '../config.js'

const heads = 'refs/heads/'

/** What git says for the remote of a branch that follows another one here. */
const thisRepository = '.'

/** git takes an address where a remote may be named. */
export const isAddress = (remote: string): boolean => /[/:]/.test(remote)

/** The remote that has this address, which alone has tracking refs; any other name as it is. */
const namedAt = async (
  git: GitRepository,
  config: GitConfigSnapshot,
  remote: string,
): Promise<string> => {
  const names = await git.getRemoteNames()
  if (names.includes(remote) || !isAddress(remote)) return remote
  for (const name of names)
    if ((await readConfig(config, `remote.${name}.url`)) === remote) return name
  return remote
}

const remoteOf = async (
  git: GitRepository,
  upstream: string | null,
  wanted: string | null,
): Promise<string | null> => {
  // A remote that is named, or an address, and is not there is told when it is talked to, never passed over.
  const named = wanted ?? (upstream === thisRepository ? null : upstream)
  return named ?? ((await git.getRemoteNames()).includes('origin') ? 'origin' : null)
}

const upstreamBranchOf = async (config: GitConfigSnapshot, branch: string): Promise<string> => {
  const merge = await readConfig(config, `branch.${branch}.merge`)
  return merge?.startsWith(heads) === true ? merge.slice(heads.length) : branch
}

type PlaceName = Pick<Place, 'remote' | 'branch'>

const upstreamOf = async (
  git: GitRepository,
  config: GitConfigSnapshot,
  branch: string,
  wanted: string | null,
): Promise<PlaceName | null> => {
  const told = await readConfig(config, `branch.${branch}.remote`)
  const configured = told === null ? null : await namedAt(git, config, told)
  const remote = await remoteOf(git, configured, wanted)
  if (remote === null) return null
  return { remote, branch: remote === configured ? await upstreamBranchOf(config, branch) : branch }
}

/** Values of `push.default` by which a branch goes to one of its own name. Another name of the upstream is kept to else. */
const byOwnName = new Set<string | null>(['current', 'matching'])

/** As `git push` would have it: `branch.*.pushRemote`, `remote.pushDefault`, `push.default`. */
const pushPlaceOf = async (
  git: GitRepository,
  config: GitConfigSnapshot,
  branch: string,
  upstream: PlaceName,
  wanted: string | null,
): Promise<PlaceName> => {
  const told =
    wanted ??
    (await readConfig(config, `branch.${branch}.pushremote`)) ??
    (await readConfig(config, 'remote.pushdefault')) ??
    upstream.remote
  const remote = await namedAt(git, config, told)
  const isOwn =
    remote !== upstream.remote || byOwnName.has(await readConfig(config, 'push.default'))
  return { remote, branch: isOwn ? branch : upstream.branch }
}

/** Where a branch is brought in from and pushed to; what is there is not looked at. */
export type Places = Pick<Position, 'upstream' | 'pushTo'>

const isSamePlace = (a: PlaceName, b: PlaceName): boolean =>
  a.remote === b.remote && a.branch === b.branch

export const placesOf = async (
  git: GitRepository,
  branch: string,
  wanted: string | null,
): Promise<Places> => {
  const config = await configOf(git)
  const upstream = await upstreamOf(git, config, branch, wanted)
  if (upstream === null) return { upstream }
  const pushTo = await pushPlaceOf(git, config, branch, upstream, wanted)
  const known = { upstream: { ...upstream, oid: null } }
  return isSamePlace(upstream, pushTo) ? known : { ...known, pushTo: { ...pushTo, oid: null } }
}
