import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { GitRepository } from '../git-objects.js'
import { stampOf } from '../index/stamp.js'
import type { Repository } from '../repository.js'
import { findGit, runGit } from './git-program.js'

/** The last value of each key, in lower case but for its middle; null: it is there without one. */
export type AskedSettings = ReadonlyMap<string, string | null>

interface Known {
  /** Files that settings came from. */
  readonly files: readonly string[]
  readonly stamp: string
  readonly settings: AskedSettings | null
}

const known = new WeakMap<GitRepository, Known>()

/** Where git looks for settings, and the branch, on which some of them may depend. */
const places = ({ commonDir, gitDir }: Repository): readonly string[] => {
  const { GIT_CONFIG_GLOBAL: global, GIT_CONFIG_SYSTEM: system, XDG_CONFIG_HOME: xdg } = process.env
  const home = homedir()
  const own =
    global === undefined
      ? [join(home, '.gitconfig'), join(xdg ?? join(home, '.config'), 'git/config')]
      : [global]
  return [
    join(commonDir, 'config'),
    join(gitDir, 'config.worktree'),
    join(gitDir, 'HEAD'),
    ...own,
    system ?? '/etc/gitconfig',
  ]
}

interface Entry {
  readonly origin: string
  readonly key: string
  readonly value: string | null
}

/** Of what `git config --list --show-origin --null` prints: an origin, then a key with its value on the next lines. */
const entriesIn = (printed: string): readonly Entry[] => {
  const fields = printed.split('\0')
  return fields.flatMap((origin, n) => {
    const entry = fields[n + 1]
    if (n % 2 === 1 || entry === undefined) return []
    const [key = '', ...value] = entry.split('\n')
    return [{ origin, key, value: value.length === 0 ? null : value.join('\n') }]
  })
}

const inFile = 'file:'

const list = ['config', '--list', '--show-origin', '--null', '--includes'] as const

const nothing: Omit<Known, 'stamp'> = { files: [], settings: null }

const isInclude = ({ key }: Entry): boolean => /^include(?:if\..*)?\.path$/.test(key)

/** Also where an include is not there yet, or has nothing in it. */
const includedBy = ({ origin, value }: Entry): string => {
  const path = (value ?? '').replace(/^~(?=\/)/, homedir())
  if (isAbsolute(path)) return path
  return origin.startsWith(inFile) ? join(dirname(origin.slice(inFile.length)), path) : path
}

const askGit = async ({ workTree }: Repository): Promise<Omit<Known, 'stamp'>> => {
  if ((await findGit()) === null) return nothing
  const { code, stdout } = await runGit(list, { cwd: workTree })
  if (code !== 0) return nothing
  const entries = entriesIn(stdout.toString())
  const origins = entries.map(({ origin }) => origin).filter((origin) => origin.startsWith(inFile))
  const named = [
    ...origins.map((origin) => origin.slice(inFile.length)),
    ...entries.filter(isInclude).map(includedBy),
  ]
  const files = [...new Set(named)].map((file) => resolve(workTree, file))
  return { files, settings: new Map(entries.map(({ key, value }) => [key, value])) }
}

/**
 * Settings as git itself reads them: libgit2 knows neither all of its includes nor what the environment says. Asked once,
 * and again when one of the files changed that they came from. Null where there is no git program to be asked.
 */
export const askedSettings = async (repository: Repository): Promise<AskedSettings | null> => {
  const here = places(repository)
  const before = known.get(repository.git)
  if (before?.stamp === stampOf([...here, ...(before?.files ?? [])])) return before.settings
  // Of before it is asked: what changes meanwhile is noticed the next time.
  const stamp = stampOf(here)
  const found = await askGit(repository)
  const stamps = [stamp, ...(found.files.length === 0 ? [] : [stampOf(found.files)])]
  known.set(repository.git, { ...found, stamp: stamps.join(' ') })
  return found.settings
}
