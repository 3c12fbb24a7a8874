import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HookFailed } from '../../actors/outcome.js'
import type { Worded } from '../message/commit-message.js'
import type { HeldIndex } from '../index/index-copy.js'
import { problemOf } from '../problem/problem.js'
import type { Repository } from '../repository.js'
import type { Hook, HookRun } from './run-hook.js'
import { refusedRemedy, runHook } from './run-hook.js'
import { refusal } from '../seldom.js'

/** @throws GitFailure with its words */
const obey = async (repository: Repository, hook: Hook, run: HookRun): Promise<void> => {
  const words = await runHook(repository, hook, run)
  if (words === null) return
  throw refusal(`The ${hook} hook refuses: ${words}`, refusedRemedy)
}

/**
 * Asks pre-commit about what is staged in our copy of the index, in which it may stage more. Git's lock is held
 * meanwhile, as by `git commit -a`. @throws GitFailure where it refuses
 */
export const askPreCommit = async (
  repository: Repository,
  { index, file }: HeldIndex,
): Promise<void> => {
  await rm(`${file}.lock`, { force: true })
  await index.write()
  try {
    await obey(repository, 'pre-commit', { env: { GIT_INDEX_FILE: file } })
  } finally {
    // Of a `git add` that was ended along with the hook.
    await rm(`${file}.lock`, { force: true })
  }
  await index.read(1)
}

/** The message as commit-msg leaves it. @throws GitFailure where it refuses, or leaves nothing */
export const askCommitMsg = async (
  repository: Repository,
  message: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> => {
  const file = join(repository.ownDir, 'COMMIT_EDITMSG')
  await writeFile(file, message)
  try {
    await obey(repository, 'commit-msg', { args: [file], env })
    const edited = await readFile(file, 'utf8').catch(() => '')
    if (edited === message) return message
    const text = edited.replaceAll('\0', '').trim()
    if (text !== '') return `${text}\n`
  } finally {
    await rm(file, { force: true })
  }
  throw refusal('The commit-msg hook left no message.', 'Change the hook, or set "hooks": false.')
}

/** The message is what the hook leaves; what it did not touch is told as before. */
export const asCommitMsgHasIt = async (
  repository: Repository,
  worded: Worded,
  env: NodeJS.ProcessEnv = {},
): Promise<Worded> => {
  const whole = await askCommitMsg(repository, worded.whole, env)
  return whole === worded.whole ? worded : { ...worded, message: whole, whole }
}

export interface Afterwards {
  /** Absent: it did well, or there is none. */
  readonly failedHook?: HookFailed
}

/** What is done is done: a hook that fails afterwards is told. */
export const runAfter = async (
  repository: Repository,
  hook: HookFailed['hook'],
  args: readonly string[] = [],
): Promise<Afterwards> => {
  const message = await runHook(repository, hook, { args }).catch(
    (error: unknown) => problemOf(error).message,
  )
  return message === null ? {} : { failedHook: { type: 'HookFailed', hook, message } }
}
