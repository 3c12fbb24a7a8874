import { randomBytes } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { codeOf } from '../system-error.js'

/** What the places of the sockets depend on. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** Null where users have no numbers: on Windows. */
  readonly uid: number | null
  readonly temporary: string
}

export const surroundings = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  uid: process.getuid?.() ?? null,
  temporary: tmpdir(),
})

/** Windows keeps all named pipes in one folder, and removes one with the process that listens. */
const pipes = '\\\\.\\pipe\\'

/** A folder of the user's in which each running gitsync has a socket, and how their names begin. */
export interface Place {
  readonly folder: string
  readonly prefix: string
  readonly kind: 'folder' | 'pipes'
}

const isOurs = (folder: string, uid: number | null): boolean => {
  try {
    const found = lstatSync(folder)
    return found.isDirectory() && found.uid === uid
  } catch {
    return false
  }
}

/**
 * Where the sockets of this user may be, the best place first: what `XDG_RUNTIME_DIR` names, where that usually is
 * (cron and `su` do not say), and a folder of the user's own among the temporary ones.
 */
export const placesOf = ({ env, platform, uid, temporary }: Surroundings): readonly Place[] => {
  if (platform === 'win32')
    return [
      {
        folder: pipes,
        prefix: `gitsync-${(env.USERNAME ?? '').replace(/\W/g, '_')}-`,
        kind: 'pipes',
      },
    ]
  const named = env.XDG_RUNTIME_DIR ?? ''
  const runtime = [named, `/run/user/${String(uid)}`]
    // Not one of another user, as `sudo` hands on.
    .filter((folder) => isAbsolute(folder) && isOurs(folder, uid))
    .map((folder) => join(folder, 'gitsync'))
  const folders = new Set([...runtime, join(temporary, `gitsync-${String(uid)}`)])
  return [...folders].map((folder) => ({ folder, prefix: '', kind: 'folder' }))
}

/** Whether others could have put a socket there, or could reach ours. */
const faultOf = (folder: string, uid: number | null): string | null => {
  const found = lstatSync(folder)
  if (!found.isDirectory()) return `${folder} is no folder: move it away`
  if (found.uid !== uid) return `${folder} belongs to another user: have it removed`
  if ((found.mode & 0o077) !== 0) return `${folder} is open to others: chmod 700 it, or remove it`
  return null
}

/** @throws Error where a place is not ours alone */
const refuseForeign = ({ folder, kind }: Place, uid: number | null): void => {
  const fault = kind === 'pipes' ? null : faultOf(folder, uid)
  if (fault !== null) throw new Error(fault)
}

/** Makes the folder where there is none. @throws Error that says why it cannot be used */
export const preparePlace = (place: Place, uid: number | null): void => {
  try {
    if (place.kind === 'folder') mkdirSync(place.folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  refuseForeign(place, uid)
}

/** A name that no other has: a process may keep repositories in sync in two pipelines, and share a folder with a container. */
export const newAddress = ({ folder, prefix, kind }: Place): string => {
  const name = `${prefix}${String(process.pid)}-${randomBytes(4).toString('hex')}`
  return join(folder, kind === 'pipes' ? name : `${name}.sock`)
}

/** One that is there already, and who listens or listened there. */
export interface Address {
  readonly address: string
  readonly pid: number
}

/** @throws Error where the place is not ours alone */
export const addressesIn = (place: Place, uid: number | null): readonly Address[] => {
  try {
    refuseForeign(place, uid)
    const names = readdirSync(place.folder).filter((name) => name.startsWith(place.prefix))
    return names.flatMap((name) => {
      const pid = /^(\d+)-[0-9a-f]{8}(?:\.sock)?$/.exec(name.slice(place.prefix.length))?.[1]
      return pid === undefined ? [] : [{ address: join(place.folder, name), pid: Number(pid) }]
    })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** A socket is as open as the process's mask has it, in a folder that is closed already. */
export const closeToOthers = ({ kind }: Place, address: string): void => {
  if (kind === 'folder') chmodSync(address, 0o600)
}
