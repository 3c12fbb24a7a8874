import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync } from 'node:fs'
import { link, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import fs from 'fs-extra'
import { hasCode } from './error-code.js'
import { failure } from './problem.js'
import { isAlive, parseProcess, thisProcess } from './process-identity.js'
import type { Repository } from './repository.js'

/** A dead holder is taken over this often before somebody else is believed to be quicker every time. */
const tries = 10

/** Milliseconds between two tries. */
const pause = 20

const held = (path: string, holder: string): Error =>
  failure(
    'already-running',
    `Another gitsync syncs ${path} already: ${holder}.`,
    'Leave the work to that one, or stop it (gitsync service uninstall, or kill its process).',
  )

/** Empty where there is no such file. */
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return ''
    throw error
  }
}

const nameOf = (text: string): string => {
  const holder = parseProcess(text)
  return holder === null ? text.trim() : `process ${String(holder.pid)} on ${holder.host}`
}

/**
 * Of several that start at once only one may clear a dead holder's lock, or it would clear the next one's. The
 * guard lasts for a moment without a wait; its owner's death in that moment is told by its name.
 */
const bury = (lock: string, dead: string, signed: string): void => {
  const guard = `${lock}.takeover`
  try {
    linkSync(signed, guard)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const owner = parseProcess(textOf(guard))
    if (owner !== null && !isAlive(owner)) rmSync(guard, { force: true })
    return
  }
  if (textOf(lock) === dead) rmSync(lock, { force: true })
  rmSync(guard)
}

/**
 * One gitsync per work tree: a lock file with its holder's identity, linked into place whole. A holder that is
 * dead, or whose pid another process has by now, is taken over.
 *
 * @returns what gives the lock back
 * @throws GitFailure `already-running`, naming the holder
 */
export const takeInstanceLock = async ({ ownDir, workTree }: Repository): Promise<() => void> => {
  await fs.ensureDir(ownDir)
  const lock = join(ownDir, 'instance.lock')
  // Two pipelines of one process on one work tree are two holders as well.
  const id = randomUUID()
  const signed = join(ownDir, `instance.${id}`)
  const own = `${thisProcess} ${id}\n`
  await writeFile(signed, own)
  try {
    for (let n = 0; n < tries; n += 1) {
      try {
        await link(signed, lock)
        return () => {
          if (textOf(lock) === own) rmSync(lock, { force: true })
        }
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error
      }
      const text = textOf(lock)
      const holder = parseProcess(text)
      if (text !== '' && (holder === null || isAlive(holder))) throw held(workTree, nameOf(text))
      bury(lock, text, signed)
      await setTimeout(pause)
    }
    throw held(workTree, 'one that just started')
  } finally {
    await rm(signed, { force: true })
  }
}
