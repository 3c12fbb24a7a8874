import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Blank, tab, newline and backslash stand as three octal digits there; see proc_pid_mountinfo(5). */
const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )

/**
 * Where a path is mounted. Two mounts of one file system (`mount --bind`) have the same device, and yet no file
 * can be renamed or linked from one to the other.
 *
 * @returns from an absolute, real path to its mount point; from every path to `/` where the system does not tell
 */
export const readMounts = async (): Promise<(path: string) => string> => {
  const text = await readFile('/proc/self/mountinfo', 'latin1').catch(() => '')
  const points = new Set(text.split('\n').map((line) => unescape(line.split(' ')[4] ?? '')))
  return (path) => {
    let above = Buffer.from(path).toString('latin1')
    while (above !== dirname(above) && !points.has(above)) above = dirname(above)
    return above
  }
}
