import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { ConfigError } from '../config-error.js'
import { newConfig, withRepository } from './edit-json.js'
import { endOfLinks } from './end-of-links.js'
import { expandPath, literally } from '../value/expand.js'
import { recordOf, reposOf } from '../layer.js'
import { configPlace, legacyPlace, locateConfig, stagedPlace } from '../file/locate.js'
import type { Machine } from '../machine.js'
import { finishMove, moveAside } from './move-aside.js'
import { loadConfig } from '../file/load.js'
import { repoOptions } from '../options.js'
import { parseConfig } from '../file/parse-config.js'
import type { ConfigFile } from '../file/parse-config.js'
import { placeOf } from '../place-of.js'
import { refuseUnwritable } from './refuse-unwritable.js'
import { replaceFile } from './replace-file.js'
import { resolveSettings } from '../settings.js'
import type { RepoConfig, SyncConfig } from '../sync-config.js'

/** What adding comes to; nothing is written yet. */
export interface Addition {
  /** The config file that is written, or that says it already. */
  readonly file: string
  /** The repository alone, under the defaults of the config. */
  readonly alone: SyncConfig
  /** What is in force for it; its path as it was asked for. */
  readonly settings: RepoSettings
  /** Whether the work tree was in the config before. */
  readonly known: boolean
  /** Writes it, if there is anything to write. @returns where the INI of the Python gitsync is now, if it was moved */
  readonly write: () => string | null
}

/** A path as a person would write it in the config: below the home from `~` on. */
export const shownPath = (path: string, { home }: Pick<Machine, 'home'>): string => {
  const below = relative(home, path)
  const isBelow = below !== '' && below !== '..' && !below.startsWith(`..${sep}`)
  return literally(isBelow && home !== sep ? join('~', below) : path)
}

interface Source {
  /** To be written. */
  readonly file: string
  /** What is read, and where from; null where there is no config yet. */
  readonly found: { readonly text: string; readonly from: string } | null
}

const sourceOf = (flag: string | undefined, machine: Machine): Source => {
  const read = (from: string): Source['found'] => ({ text: readFileSync(from, 'utf8'), from })
  if (flag !== undefined) {
    const reading = expandPath(flag, machine)
    if (reading.kind === 'value' && machine.pathKind(reading.value) === 'missing')
      return { file: reading.value, found: null }
    const located = locateConfig(flag, machine)
    return located.kind === 'absent'
      ? { file: located.place, found: null }
      : { file: located.file, found: read(located.file) }
  }
  const file = configPlace(machine)
  const located = locateConfig(undefined, machine)
  return { file, found: located.kind === 'absent' ? null : read(located.file) }
}

const fault = (key: string, value: unknown, message: string): ConfigError =>
  new ConfigError([{ key, value, message }])

const cannotEdit = (file: string): ConfigError =>
  fault(
    file,
    undefined,
    'cannot be added to without changing what it says; look for a key that is given twice, or add the repository by hand',
  )

const notOurForm = (flag: string): ConfigError =>
  fault(
    '--config',
    flag,
    'is the INI of the Python gitsync, which is not written to; name a file of the new form, which need not exist',
  )

const leadsNowhere = (file: string): ConfigError =>
  fault(
    file,
    undefined,
    'is a link that leads nowhere but to itself; take it away, or name another file',
  )

const moved = (file: string): ConfigError =>
  fault(file, undefined, 'was changed by somebody else meanwhile; try again')

/** With paths that mean the same wherever they are read. What cannot be read stays, and is told with the other faults. */
const written = (repo: RepoConfig, machine: Machine): RepoConfig => {
  const isPath = (name: string): boolean =>
    repoOptions.some(({ key, kind }) => key === name && kind === 'path')
  const anchor = (value: string): string => {
    const reading = expandPath(value, machine)
    return reading.kind === 'value' ? shownPath(reading.value, machine) : value
  }
  const entries = Object.entries(repo).map(([key, value]) => [
    key,
    isPath(key) && typeof value === 'string' ? anchor(value) : value,
  ])
  return Object.fromEntries(entries) as RepoConfig
}

/** The text of the config with the repository in it, at this place or as one more. */
const textWith = (
  { file, found }: Source,
  before: ConfigFile | null,
  at: number | null,
  repo: RepoConfig,
  machine: Machine,
): string => {
  if (found === null || before === null) return newConfig([repo])
  const { path: _, ...keys } = repo
  if (before.form === 'json') {
    const plain = found.text.replace(/^\uFEFF/, '')
    const edited = withRepository(plain, at, at === null ? { ...repo } : keys)
    if (edited === null) throw cannotEdit(file)
    return edited === plain ? found.text : edited
  }
  const carried = carriedOver(before, machine)
  return newConfig(
    at === null
      ? [...carried, repo]
      : carried.map((one, n) => (n === at ? { ...one, ...keys } : one)),
  )
}

/** The repositories of the INI, in the new form. */
const carriedOver = ({ content }: ConfigFile, machine: Machine): readonly RepoConfig[] =>
  reposOf(content).map((stated) => written({ path: String(recordOf(stated).path) }, machine))

const writing =
  ({ file, found }: Source, text: string, machine: Machine) =>
  (): string | null => {
    if (found?.from === legacyPlace(machine)) return moveAside(found.from, text, machine)
    if (found?.from === stagedPlace(machine)) finishMove(machine)
    if (text === found?.text && found.from === file) return null
    replaceFile(file, text, () => {
      if (found?.from === file && readFileSync(file, 'utf8') !== found.text) throw moved(file)
    })
    return null
  }

const planNow = (flag: string | undefined, wanted: RepoConfig, machine: Machine): Addition => {
  const source = sourceOf(flag, machine)
  const { file, found } = source
  if (endOfLinks(file) === null) throw leadsNowhere(file)
  const before = found === null ? null : parseConfig(found.from, found.text)
  if (before?.form === 'legacy' && flag !== undefined) throw notOurForm(flag)
  const place = machine.realPath(wanted.path)
  const repos = reposOf(before?.content)
  const at = repos.findIndex((one) => placeOf(one, machine) === place)
  const repo = written({ ...wanted, path: literally(wanted.path) }, machine)
  const text = textWith(source, before, at < 0 ? null : at, repo, machine)
  // The old form may stand where the folder of the new one is to be; it is moved out of the way.
  if (found === null || (found.from === file && found.text !== text))
    refuseUnwritable(file, ', or name another file with --config')
  const config = parseConfig(`${file}.json`, text).content as SyncConfig
  // The work tree itself may be still to come.
  const later: Machine = {
    ...machine,
    pathKind: (path) => (path === wanted.path ? 'directory' : machine.pathKind(path)),
  }
  const index = at < 0 ? repos.length : at
  const settings = resolveSettings(config, later)[index]
  const stated = config.repos[index]
  if (settings === undefined || stated === undefined) throw cannotEdit(file)
  return {
    file,
    alone: { ...config, repos: [stated] },
    settings,
    known: at >= 0,
    write: writing(source, text, machine),
  }
}

/**
 * What it takes to have a repository in the config, with these keys. Only looks.
 *
 * @throws ConfigError with every fault that the config would have; so does `write`
 */
export const planAddition = (...wanted: Parameters<typeof planNow>): Addition => ({
  ...planNow(...wanted),
  // A first push may take long: what others wrote meanwhile stays.
  write: () => planNow(...wanted).write(),
})

/**
 * Brings the INI of the Python gitsync into the new form, if that is what is read.
 *
 * @returns the config file, and where the INI is now if it was moved
 * @throws ConfigError with every fault that the config has
 */
export const adoptLegacy = (
  flag: string | undefined,
  machine: Machine,
): { readonly file: string; readonly moved: string | null } => {
  const source = sourceOf(flag, machine)
  const { file, found } = source
  const { config, form } = loadConfig(flag, machine)
  resolveSettings(config, machine)
  if (found === null || (form === 'legacy' && flag !== undefined)) return { file, moved: null }
  const before = parseConfig(found.from, found.text)
  const text = form === 'json' ? found.text : newConfig(carriedOver(before, machine))
  return { file, moved: writing(source, text, machine)() }
}
