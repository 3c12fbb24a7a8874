import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temp-repositories.js'

export interface ExfatDisk {
  readonly folder: string
  unmount(): void
}

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', input: '', stdio: 'pipe' }).trim()

/**
 * A file system as on a memory stick, with neither links nor rights. Null for whoever may not mount one; that is said,
 * since the test then shows nothing.
 */
export const openExfatDisk = (): ExfatDisk | null => {
  const room = temporaryFolder()
  const [image, folder] = [join(room, 'image'), join(room, 'disk')]
  mkdirSync(folder)
  try {
    run('truncate', '-s', '64M', image)
    run('mkfs.exfat', image)
    const loop = run('losetup', '--show', '-f', image)
    // The loop device goes with its last user.
    try {
      run('mount.exfat-fuse', '-o', 'noatime', loop, folder)
    } finally {
      run('losetup', '-d', loop)
    }
  } catch (error) {
    console.warn(
      `Not shown here: this test needs exfat-fuse and the right to mount (${String(error)}).`,
    )
    return null
  }
  return {
    folder,
    unmount: () => {
      run('umount', folder)
    },
  }
}
