import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commonDirOf } from './remote/read-ref.js'
import type { PushRequest } from './port.js'

/** Whether large files are kept aside here, so that a push has to bring them to the server first. */
export const keepsLargeFiles = async (gitDir: string): Promise<boolean> => {
  const kept = await readdir(join(await commonDirOf(gitDir), 'lfs', 'objects')).catch(() => [])
  return kept.length > 0
}

const nobody = '0'.repeat(40)

/** What git would tell git-lfs's own pre-push hook, which is off like every hook. */
export const prePushLine = ({ branch, oid }: PushRequest): string =>
  `refs/heads/${branch} ${oid} refs/heads/${branch} ${nobody}\n`
