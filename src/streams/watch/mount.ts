import fs from 'node:fs'

/** Magic numbers of statfs(2): NFS, SMB (three of them), 9p and FUSE. Changes made elsewhere come without events. */
const withoutEvents: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546,
])

/** Is this on a file system whose events cannot be relied on? False where that cannot be told. */
export const lacksEvents = (path: string): boolean => {
  try {
    return withoutEvents.has(fs.statfsSync(path).type >>> 0)
  } catch {
    return false
  }
}
