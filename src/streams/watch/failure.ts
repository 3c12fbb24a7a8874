import fs from 'node:fs'
import type { WatchSource } from '../../actors/outcome.js'
import { codeOf, wordsOf } from '../system-error.js'
import type { Degraded } from './change.js'

/** The kernel has no more watches to give, to this user or to this process. */
export const isLimit = (error: unknown): boolean => {
  const code = codeOf(error)
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM'
}

const inotifySetting = (name: string): number | null => {
  try {
    return Number(fs.readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'))
  } catch {
    return null
  }
}

/** How many events the kernel keeps before it drops them silently. */
export const maxQueuedEvents = (): number => inotifySetting('max_queued_events') ?? 16_384

const raise = (name: string, atLeast: number): string => {
  const setting = `fs.inotify.${name}=${String(Math.max(atLeast, 2 * (inotifySetting(name) ?? 0)))}`
  return `run: sudo sysctl ${setting}; to keep it: echo ${setting} | sudo tee /etc/sysctl.d/60-gitsync.conf`
}

const remedyOf = (code: string): string => {
  switch (code) {
    case 'ENOSPC':
      return raise('max_user_watches', 524_288)
    case 'EMFILE':
      return `${raise('max_user_instances', 512)}; or raise the limit of open files (ulimit -n)`
    case 'ENOENT':
      return 'put the work tree back, or mount it: it is watched again by itself'
    case 'EACCES':
      return 'give yourself the right to enter it: it is watched again by itself'
    default:
      return 'nothing need be done: it is tried again by itself; `watch: poll` does without events'
  }
}

/** Why this source is at its end, and the remedy. */
export const degradedBy = (source: WatchSource, error: unknown): Degraded => ({
  kind: 'degraded',
  source,
  reason: wordsOf(error),
  remedy: remedyOf(codeOf(error) ?? ''),
})
