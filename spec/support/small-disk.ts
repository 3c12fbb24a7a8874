import { execFileSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'

const mounted: string[] = []

/** Before what is below goes. */
export const unmountAll = (): void => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['--lazy', folder])
}

/**
 * A file system of its own in a new folder. Null for whoever may not mount one, as in most containers; that is said,
 * since the test then shows nothing.
 *
 * @param options of tmpfs, such as `size=6m` or `nr_inodes=300`
 */
export const smallDisk = (folder: string, options: string): string | null => {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    console.warn('Not shown here: this test needs the right to mount a tmpfs.')
    return null
  }
  mounted.push(folder)
  return folder
}

/** Mounts it anew in another way, such as `ro`, `rw` or `size=80m`. */
export const remount = (disk: string, how: string): void => {
  execFileSync('mount', ['-o', `remount,${how}`, disk])
}

export const freeOn = (disk: string): number => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}
