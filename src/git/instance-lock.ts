import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from './error-code.js'
import { failure } from './problem.js'
import { isAlive, parseProcess, thisProcess } from './process-identity.js'
import type { Repository } from './repository.js'

/** A dead holder is taken over this often before somebody else is believed to be quicker every time. */
const tries = 3

const held = (path: string, holder: string): Error =>
  failure(
    'already-running',
    `Another gitsync syncs ${path} already: process ${holder}.`,
    'Leave the work to that one, or stop it (gitsync service uninstall, or kill its process).',
  )

/**
 * One gitsync per work tree: a lock file with its holder's identity, linked into place whole. A holder that is
 * dead, or whose pid another process has by now, is taken over.
 *
 * @returns what gives the lock back
 * @throws GitFailure `already-running`, naming the holder
 */
export const takeInstanceLock = async ({ ownDir, workTree }: Repository): Promise<() => void> => {
  const lock = join(ownDir, 'instance.lock')
  const signed = join(ownDir, `instance.${String(process.pid)}`)
  // Two pipelines of one process on one work tree are two holders as well.
  const own = `${thisProcess} ${String(performance.now())}\n`
  await writeFile(signed, own)
  try {
    for (let n = 0; n < tries; n += 1) {
      try {
        await link(signed, lock)
        return () => {
          if (existsSync(lock) && readFileSync(lock, 'utf8') === own) rmSync(lock, { force: true })
        }
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error
      }
      const text = await readFile(lock, 'utf8').catch(() => '')
      const holder = parseProcess(text)
      if (holder === null || isAlive(holder)) throw held(workTree, text.trim())
      await rm(lock, { force: true })
    }
    throw held(workTree, 'one that just started')
  } finally {
    await rm(signed, { force: true })
  }
}
