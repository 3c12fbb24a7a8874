import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fail, say } from './say.mjs'

const longestWaitMs = 30 * 60_000
const pollMs = 250

const ownerOf = (lock) => {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8'))
  } catch {
    return undefined
  }
}

/** A process id is used again sooner or later, so where the system tells what runs under it, that is asked too. */
const isSetUp = (pid) => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('setup.mjs')
  } catch {
    return true
  }
}

/** The lock appears by rename with its owner inside: nobody ever sees it without one. */
const take = (lock) => {
  const mine = `${lock}.${process.pid}`
  rmSync(mine, { recursive: true, force: true })
  mkdirSync(mine, { recursive: true })
  writeFileSync(join(mine, 'pid'), `${process.pid}`)
  try {
    renameSync(mine, lock)
    return true
  } catch (error) {
    rmSync(mine, { recursive: true, force: true })
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error
    return false
  }
}

/** Only one of several heirs wins the rename; one that moved away a living lock in that instant puts it back. */
const clear = (lock, deadOwner) => {
  const aside = `${lock}.dead.${process.pid}`
  try {
    renameSync(lock, aside)
    if (ownerOf(aside) === deadOwner) rmSync(aside, { recursive: true, force: true })
    else renameSync(aside, lock)
  } catch {
    // Another heir was faster.
  }
}

/** Runs `work` as the only set-up of this checkout; waits, within bounds, for one that is already at it. */
export const withLock = async (lock, work) => {
  mkdirSync(dirname(lock), { recursive: true })
  const deadline = Date.now() + longestWaitMs
  for (let told = false; !take(lock);) {
    const owner = ownerOf(lock)
    if (Date.now() > deadline)
      fail(`process ${owner} has held the set-up for too long: end it, or remove ${lock}.`)
    if (owner !== undefined && !isSetUp(owner)) {
      clear(lock, owner)
      continue
    }
    if (!told) say(`waiting for another set-up of this checkout (process ${owner}).`)
    told = true
    await sleep(pollMs)
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => process.exit(130))
  await work()
}
