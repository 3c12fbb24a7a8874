import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { mendAfterBoot } from '../boot/after-boot.js'
import { isOursForsaken, readLock } from './lock-file.js'
import type { IndexCopy } from '../index/index-copy.js'
import { here } from './running-system.js'
import type { Repository } from '../repository.js'

/** What only a step of the holder uses. */
const ofStep = /^(?:(?:render|scratch)-index(?:\.lock)?|move\.json\.new|sign\.probe)$/

/** What others use too, who are about to find that the lock is held. */
const ofStart = /^instance\.(?:[0-9a-f-]{36}(?:\.probe)?|lock\.takeover)$/

/** Clears what a kill or a power cut left. Called by the holder of the instance lock, before its first step. */
export const removeLeftovers = async (
  repository: Repository,
  indexCopy: IndexCopy,
  settings: RepoSettings,
): Promise<void> => {
  await mendAfterBoot(repository, indexCopy, here, settings)
  const { ownDir } = repository
  for (const name of await readdir(ownDir)) {
    const file = join(ownDir, name)
    const lock = ofStart.test(name) ? readLock(file, '') : null
    const isLeft = ofStep.test(name) || (lock !== null && isOursForsaken(lock))
    if (isLeft) await rm(file, { force: true })
  }
}
