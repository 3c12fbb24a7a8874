import { stripVTControlCharacters } from 'node:util'
import { findGit, runGit } from '../program/git-program.js'
import { withFewSignIns } from '../program/refused-sign-in.js'
import { failure, GitFailure } from '../problem/problem.js'
import type { Repository } from '../repository.js'

/** Those that are run, where they are turned on. */
export const hookNames = [
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-merge',
  'pre-push',
] as const

export type Hook = (typeof hookNames)[number]

/** Milliseconds that a hook gets, the bytes that it may say, and how many of the last are told. */
export const hookBounds = { time: 60_000, said: 1024 * 1024, told: 1500 } as const

/** For whoever is told that a hook refused. */
export const refusedRemedy =
  'Change what it objects to, or the hook; then gitsync sync, or wait. Without hooks: "hooks": false.'

/** The first git with `git hook run`. */
const oldest = [2, 36] as const

export interface HookRun {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** For pre-push alone. */
  readonly stdin?: string
  /** Milliseconds. */
  readonly time?: number
}

/** @throws GitFailure, since a hook that was asked for is not left out in silence */
export const refuseOldGit = async (): Promise<void> => {
  const version = await findGit()
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return
  throw failure(
    'unexpected',
    `Hooks are on, and git ${version ?? 'is not installed, which'} cannot run them.`,
    `Install git ${oldest.join('.')} or later, or set "hooks": false.`,
  )
}

/** `git hook run` gives a hook nothing to read before git 2.40: git's shell runs the file that it would. */
const readingHook = (hook: Hook): string =>
  `!f() { h=$(git rev-parse --git-path hooks/${hook}) || return; test -x "$h" || return 0; "$h" "$@" >&2; }; f`

const commandOf = (hook: Hook, { args = [], stdin }: HookRun): readonly string[] =>
  stdin === undefined
    ? ['hook', 'run', '--ignore-missing', hook, '--', ...args]
    : ['-c', `alias.gitsync-${hook}=${readingHook(hook)}`, `gitsync-${hook}`, ...args]

/** In the language of the person, and without an editor, as in a commit whose message is there. */
const asGitDoes = (): NodeJS.ProcessEnv => ({
  LC_ALL: process.env.LC_ALL,
  LANGUAGE: process.env.LANGUAGE,
  GIT_EDITOR: ':',
})

/** The last of what it said, as far as it is for people. */
const wordsOf = (stderr: string): string =>
  stripVTControlCharacters(stderr)
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
    .slice(-hookBounds.told)

/**
 * Runs a hook of the owner's as git would, where there is one; it and its children are ended when the time is over.
 *
 * @returns null where there is none or it ended well, else what it said
 * @throws GitFailure where it cannot be run, or nobody waits for it any more
 */
export const runHook = async (
  repository: Repository,
  hook: Hook,
  run: HookRun = {},
): Promise<string | null> => {
  await refuseOldGit()
  const { workTree, closing } = repository
  const env = { ...asGitDoes(), ...run.env }
  const leash = new AbortController()
  const cut = (): void => {
    leash.abort(failure('locked', `The ${hook} hook was cut short.`, 'It is run again.'))
  }
  const giveUp = (why: string): void => {
    leash.abort(failure('declined', why))
  }
  const time = run.time ?? hookBounds.time
  const late = setTimeout(() => {
    giveUp(`It took longer than ${String(time / 1000)} s, and was ended.`)
  }, time)
  closing.addEventListener('abort', cut, { once: true })
  if (closing.aborted) cut()
  let said = 0
  try {
    const { code, stderr } = await runGit(commandOf(hook, run), {
      cwd: workTree,
      // The hook that git-lfs brings talks to its server.
      env: withFewSignIns(env),
      stdin: run.stdin ?? '',
      signal: leash.signal,
      onProgress: (text) => {
        said += text.length
        if (said > hookBounds.said) giveUp('It said more than 1 MB, and was ended.')
      },
    })
    if (code === 0) return null
    const words = wordsOf(stderr)
    return words === '' ? `It ended with ${String(code)}.` : words
  } catch (error) {
    const reason: unknown = leash.signal.reason
    if (error === reason && error instanceof GitFailure && !closing.aborted) return error.message
    throw error
  } finally {
    clearTimeout(late)
    closing.removeEventListener('abort', cut)
  }
}
