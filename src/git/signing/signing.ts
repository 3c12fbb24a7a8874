import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { findGit, runGit } from '../program/git-program.js'
import type { GitRepository } from '../git-objects.js'
import type { Repository } from '../repository.js'
import { configOf, readConfig } from '../config.js'
import { stampOf } from '../index/stamp.js'

/** How commits are signed. */
export interface Signing {
  /** openpgp, ssh or x509. */
  readonly format: string
  readonly key: string | null
}

interface Known {
  /** Files that settings came from. */
  readonly files: readonly string[]
  readonly stamp: string
  readonly signing: Signing | null
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

/** As git reads a switch: one without a value is on. */
const isOn = (value: string | null): boolean =>
  value === null || /^(?:true|yes|on|-?0*[1-9]\d*[kmg]?)$/i.test(value)

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

/** Of git itself: libgit2 knows neither all of its includes nor what the environment says. */
const askGit = async (repository: Repository): Promise<Omit<Known, 'stamp'> | null> => {
  if ((await findGit()) === null) return null
  const list = ['config', '--list', '--show-origin', '--null', '--includes']
  const { code, stdout } = await runGit(list, { cwd: repository.workTree })
  if (code !== 0) return null
  const entries = entriesIn(stdout.toString())
  const last = (key: string) => entries.findLast((entry) => entry.key === key)
  const origins = entries.map(({ origin }) => origin).filter((origin) => origin.startsWith(inFile))
  const files = [...new Set(origins)].map((origin) =>
    resolve(repository.workTree, origin.slice(inFile.length)),
  )
  const asked = last('commit.gpgsign')
  const format = last('gpg.format')?.value ?? 'openpgp'
  const key = last('user.signingkey')?.value ?? null
  const isSigned = asked !== undefined && isOn(asked.value)
  return { files, signing: isSigned ? { format, key } : null }
}

/** Where the git program cannot be asked, it cannot sign either; what is wanted must be known all the same. */
const askLibgit2 = async ({ git }: Repository): Promise<Omit<Known, 'stamp'>> => {
  const value = await readConfig(await configOf(git), 'commit.gpgsign')
  const isSigned = value !== null && (value === '' || isOn(value))
  return { files: [], signing: isSigned ? { format: 'openpgp', key: null } : null }
}

/**
 * How git's configuration has commits signed; null: not at all. Asked once, and again when one of the files changed that
 * it came from: where commits are not signed, that is all it costs.
 */
export const signingOf = async (repository: Repository): Promise<Signing | null> => {
  const here = places(repository)
  const before = known.get(repository.git)
  if (before?.stamp === stampOf([...here, ...(before?.files ?? [])])) return before.signing
  // Of before it is asked: what changes meanwhile is noticed the next time.
  const stamp = stampOf(here)
  const found = (await askGit(repository)) ?? (await askLibgit2(repository))
  const stamps = [stamp, ...(found.files.length === 0 ? [] : [stampOf(found.files)])]
  known.set(repository.git, { ...found, stamp: stamps.join(' ') })
  return found.signing
}
