import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { renameSync, symlinkSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import type { Chance } from '../simulation/chance.js'
import type { Machine } from './three-machines.js'

/** So few that machines meet: folders that are files elsewhere, and names that differ in little. */
const names = [
  'a',
  'b',
  'd',
  'd/x',
  'd/y',
  'd/e',
  'd/e/z',
  'e',
  'e/x',
  'f.txt',
  'f.txt/in',
  'F.txt',
  'n.tar.gz',
  '.dot',
  'e\u0301',
  '\u00e9',
] as const

/** Long enough for a rename to be told, and for edits of two places to merge. */
export const textOf = (salt: string): string =>
  Array.from({ length: 12 }, (_, n) => `line ${n} of ${salt}\n`).join('')

/** What a first commit holds. */
export const firstFiles: Readonly<Record<string, string>> = Object.fromEntries(
  ['a', 'b', 'd/x', 'd/y', 'd/e/z', 'f.txt', 'e/x'].map((path) => [path, textOf(`base ${path}`)]),
)

/** What stands at a path; behind a file or a link there is nothing. */
const kindOf = (machine: Machine, path: string): 'file' | 'folder' | 'link' | null => {
  const folder = posix.dirname(path)
  if (folder !== '.' && kindOf(machine, folder) !== 'folder') return null
  const stat = lstatSync(machine.at(path), { throwIfNoEntry: false })
  if (stat === undefined) return null
  return stat.isSymbolicLink() ? 'link' : stat.isDirectory() ? 'folder' : 'file'
}

const filesIn = (machine: Machine): readonly string[] =>
  readdirSync(machine.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(machine.path.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .sort()

/** Nothing stands at a path any more, nor in its way. */
const clear = (machine: Machine, path: string): void => {
  const parts = path.split('/')
  for (let n = 1; n < parts.length; n += 1) {
    const folder = parts.slice(0, n).join('/')
    if (!['folder', null].includes(kindOf(machine, folder))) machine.remove(folder)
  }
  rmSync(machine.at(path), { recursive: true, force: true })
  mkdirSync(dirname(machine.at(path)), { recursive: true })
}

interface At {
  readonly machine: Machine
  readonly path: string
  readonly chance: Chance
  /** Different for each edit. */
  readonly id: string
}

const write =
  (content: (at: At) => string | Buffer) =>
  (at: At): void => {
    clear(at.machine, at.path)
    at.machine.write(at.path, content(at))
  }

/** The things that people do. */
const edits = {
  write: write(({ id }) => textOf(id)),
  binary: write(({ id }) => Buffer.from(`\0bin ${id}\0`)),
  empty: write(() => ''),
  same: write(() => 'same\n'),
  edit: ({ machine, chance, id }: At): void => {
    const path = chance.pick(['README', ...filesIn(machine)])
    if (kindOf(machine, path) !== 'file') return
    const lines = readFileSync(machine.at(path), 'utf8').split('\n')
    lines[chance.within(0, lines.length - 1)] = `edit ${id}`
    machine.write(path, lines.join('\n'))
  },
  remove: ({ machine, path }: At): void => {
    if (kindOf(machine, path) !== null) machine.remove(path)
  },
  move: ({ machine, path, chance }: At): void => {
    const to = chance.pick(names)
    const isWithin = `${to}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${to}/`)
    if (isWithin || kindOf(machine, path) === null) return
    clear(machine, to)
    if (kindOf(machine, path) !== null) renameSync(machine.at(path), machine.at(to))
  },
  mode: ({ machine, path }: At): void => {
    if (kindOf(machine, path) !== 'file') return
    const isExecutable = (lstatSync(machine.at(path)).mode & 0o100) !== 0
    chmodSync(machine.at(path), isExecutable ? 0o644 : 0o755)
  },
  link: ({ machine, path, chance, id }: At): void => {
    clear(machine, path)
    symlinkSync(chance.pick([`nowhere ${id}`, 'README', 'd', 'e']), machine.at(path))
  },
} satisfies Readonly<Record<string, (at: At) => void>>

/** How often each is done. */
const habits = [
  'write',
  'write',
  'write',
  'edit',
  'edit',
  'edit',
  'edit',
  'remove',
  'move',
  'move',
  'mode',
  'link',
  'binary',
  'empty',
  'same',
] as const satisfies readonly (keyof typeof edits)[]

/** One to four edits by chance. @returns what was done, for whoever has to understand a failure */
export const editAtRandom = (machine: Machine, chance: Chance, salt: string): string =>
  Array.from({ length: chance.within(1, 4) }, (_, n) => {
    const [habit, path] = [chance.pick(habits), chance.pick(names)]
    edits[habit]({ machine, path, chance, id: `${salt}.${n}` })
    return `${habit} ${path}`
  }).join(', ')
