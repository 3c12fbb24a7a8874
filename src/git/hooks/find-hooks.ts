import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { gitOutput } from '../program/git-output.js'
import type { Repository } from '../repository.js'
import type { Hook } from './run-hook.js'
import { hookNames } from './run-hook.js'

/** A hook of the owner's that is there, and whether git would run it. */
export interface FoundHook {
  readonly hook: Hook
  readonly file: string
  readonly state: 'executable' | 'not-executable'
}

/** Those of our hooks that are there, where git looks for them (`core.hooksPath`). Runs none. @throws GitFailure */
export const findHooks = async ({ workTree }: Repository): Promise<readonly FoundHook[]> => {
  const asked = hookNames.flatMap((hook) => ['--git-path', `hooks/${hook}`])
  const printed = await gitOutput(workTree, ['rev-parse', ...asked])
  const places = printed.toString().split('\n')
  const found = hookNames.map(async (hook, n): Promise<readonly FoundHook[]> => {
    const file = resolve(workTree, places[n] ?? '')
    if ((await stat(file).catch(() => null))?.isFile() !== true) return []
    const state = await access(file, constants.X_OK).then(
      () => 'executable' as const,
      () => 'not-executable' as const,
    )
    return [{ hook, file, state }]
  })
  return (await Promise.all(found)).flat()
}
