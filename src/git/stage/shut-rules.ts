import { accessSync, constants } from 'node:fs'
import { join, posix, relative } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'
import { fileAt } from '../files/byte-name.js'
import { hasCode } from '../problem/error-code.js'
import type { Repository } from '../repository.js'
import { configOf } from '../config.js'
import { foundAt, ruleFoldersOf, userRules } from '../status/rule-files.js'

/** What git says of a path: a file of ignore rules has a say in what is untracked alone. */
export type Standing = 'tracked' | 'untracked'

type Kind = 'ignore' | 'attributes'

const kindsFor: Readonly<Record<Standing, readonly Kind[]>> = {
  tracked: ['attributes'],
  untracked: ['ignore', 'attributes'],
}

const isShut = (file: string | Buffer): boolean => {
  try {
    accessSync(file, constants.R_OK)
    return false
  } catch (error) {
    return hasCode(error, 'EACCES')
  }
}

/**
 * Finds a file of rules that speaks of a path and that may not be read. git and libgit2 go on as if nothing stood in it:
 * what it ignores would be recorded, and what it has encrypted be recorded in plain. Answers are remembered, within one operation.
 *
 * @returns the file, relative to the work tree; null where all can be read
 */
export const shutRulesIn = async ({
  git,
  workTree,
  commonDir,
}: Repository): Promise<(path: RepoPath, standing: Standing) => Promise<string | null>> => {
  const config = await configOf(git)
  const everywhere = async (kind: Kind): Promise<string | null> => {
    const own = join(commonDir, 'info', kind === 'ignore' ? 'exclude' : kind)
    for (const file of [own, await userRules(config, kind)])
      if (isShut(file)) return relative(workTree, file)
    return null
  }
  const inFolder = (folder: string, kind: Kind): Promise<string | null> => {
    const path = posix.join(folder, `.git${kind}`)
    const shut = foundAt(workTree, path)?.isFile() === true && isShut(fileAt(workTree, path))
    return Promise.resolve(shut ? path : null)
  }
  const known = new Map<string, Promise<string | null>>()
  const remembered = (key: string, ask: () => Promise<string | null>) => {
    const answer = known.get(key) ?? ask()
    known.set(key, answer)
    return answer
  }
  const onTheWay = async (path: RepoPath, standing: Standing): Promise<string | null> => {
    for (const kind of kindsFor[standing]) {
      const found = await remembered(kind, () => everywhere(kind))
      if (found !== null) return found
      for (const folder of ruleFoldersOf(path)) {
        const shut = await remembered(`${kind} ${folder}`, () => inFolder(folder, kind))
        if (shut !== null) return shut
      }
    }
    return null
  }
  return (path, standing) =>
    remembered(`${standing} ${posix.dirname(path)}`, () => onTheWay(path, standing))
}
