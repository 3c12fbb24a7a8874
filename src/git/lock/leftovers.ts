import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isOursForsaken, readLock } from './lock-file.js'
import { here } from './running-system.js'
import { setTornAside } from './torn-objects.js'
import type { Repository } from '../repository.js'

/** What only a step of the holder uses. */
const ofStep = /^(?:(?:render|scratch)-index(?:\.lock)?|(?:move|ref)\.json\.new|sign\.probe)$/

/** What others use too, who are about to find that the lock is held. */
const ofStart = /^instance\.(?:[0-9a-f-]{36}(?:\.probe)?|lock\.takeover)$/

/** Clears what a kill left in our own folder, and a power cut of objects. Called by the holder of the instance lock, before its first step. */
export const removeLeftovers = async ({ commonDir, ownDir }: Repository): Promise<void> => {
  await setTornAside({ commonDir, ownDir }, here)
  for (const name of await readdir(ownDir)) {
    const file = join(ownDir, name)
    const lock = ofStart.test(name) ? readLock(file, '') : null
    const isLeft = ofStep.test(name) || (lock !== null && isOursForsaken(lock))
    if (isLeft) await rm(file, { force: true })
  }
}
