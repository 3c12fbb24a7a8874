import { chmodSync, mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './three-machines.js'

type Files = Readonly<Record<string, string | Buffer>>
type Act = (machine: Machine) => void
/** The name of the copy that a path’s loser gets. */
export type CopyOf = (path: string) => string

/** What two machines do to the same paths, and what comes of it. */
export interface Case {
  readonly name: string
  readonly seed: Files
  /** Reaches the remote first. */
  readonly first: Act
  /** Comes second. */
  readonly second: Act
  /** Path → content after `keep-both`; `copy` names the second machine's loser, `lost` the first's. */
  readonly then: (copy: CopyOf, lost: CopyOf) => Readonly<Record<string, string>>
}

const write =
  (path: string, content: string | Buffer): Act =>
  (machine) =>
    machine.write(path, content)
const remove =
  (path: string): Act =>
  (machine) =>
    machine.remove(path)
const move =
  (from: string, to: string): Act =>
  (machine) => {
    mkdirSync(join(machine.at(to), '..'), { recursive: true })
    renameSync(machine.at(from), machine.at(to))
  }
const mode =
  (path: string, bits: number): Act =>
  (machine) =>
    chmodSync(machine.at(path), bits)
const link =
  (path: string, to: string): Act =>
  (machine) => {
    mkdirSync(join(machine.at(path), '..'), { recursive: true })
    symlinkSync(to, machine.at(path))
  }
const both =
  (...acts: readonly Act[]): Act =>
  (machine) => {
    for (const act of acts) act(machine)
  }

/** A text long enough for renames to be told, another one for each salt. */
const text = (salt: number): string =>
  Array.from({ length: 40 }, (_, n) => `line ${n} of text ${salt}\n`).join('')
const nul = (text: string): Buffer => Buffer.from(`\0${text}\0\u0001`)

export const cases: readonly Case[] = [
  {
    name: 'edit against edit',
    seed: { 'f.txt': 'base\n' },
    first: write('f.txt', 'first\n'),
    second: write('f.txt', 'second\n'),
    then: (copy) => ({ 'f.txt': 'first', [copy('f.txt')]: 'second' }),
  },
  {
    name: 'edits of one text that merge',
    seed: { 'f.txt': text(2) },
    first: write('f.txt', text(2).replace('line 1 ', 'LINE 1 ')),
    second: write('f.txt', text(2).replace('line 38 ', 'LINE 38 ')),
    then: () => ({
      'f.txt': text(2).replace('line 1 ', 'LINE 1 ').replace('line 38 ', 'LINE 38 ').trimEnd(),
    }),
  },
  {
    name: 'the same edit on both sides',
    seed: { 'f.txt': 'base\n' },
    first: write('f.txt', 'same\n'),
    second: write('f.txt', 'same\n'),
    then: () => ({ 'f.txt': 'same' }),
  },
  {
    name: 'added on both sides',
    seed: {},
    first: write('d/f.txt', 'first\n'),
    second: write('d/f.txt', 'second\n'),
    then: (copy) => ({ 'd/f.txt': 'first', [copy('d/f.txt')]: 'second' }),
  },
  {
    name: 'the same file added on both sides',
    seed: {},
    first: write('d/f.txt', 'same\n'),
    second: write('d/f.txt', 'same\n'),
    then: () => ({ 'd/f.txt': 'same' }),
  },
  {
    name: 'edited first, deleted second',
    seed: { 'f.txt': 'base\n' },
    first: write('f.txt', 'first\n'),
    second: remove('f.txt'),
    then: () => ({ 'f.txt': 'first' }),
  },
  {
    name: 'deleted first, edited second',
    seed: { 'f.txt': 'base\n' },
    first: remove('f.txt'),
    second: write('f.txt', 'second\n'),
    then: () => ({ 'f.txt': 'second' }),
  },
  {
    name: 'deleted on both sides',
    seed: { 'f.txt': 'base\n' },
    first: remove('f.txt'),
    second: remove('f.txt'),
    then: () => ({}),
  },
  {
    name: 'renamed first, edited second',
    seed: { 'f.txt': text(9) },
    first: move('f.txt', 'g.txt'),
    second: write('f.txt', `${text(9)}more\n`),
    then: () => ({ 'g.txt': `${text(9)}more` }),
  },
  {
    name: 'edited first, renamed second',
    seed: { 'f.txt': text(10) },
    first: write('f.txt', `${text(10)}more\n`),
    second: move('f.txt', 'd/g.txt'),
    then: () => ({ 'd/g.txt': `${text(10)}more` }),
  },
  {
    name: 'one file renamed to two names',
    seed: { 'f.txt': text(11) },
    first: move('f.txt', 'one.txt'),
    second: move('f.txt', 'two.txt'),
    then: () => ({ 'one.txt': text(11).trimEnd(), 'two.txt': text(11).trimEnd() }),
  },
  {
    name: 'one file renamed to two names and edited on both sides',
    seed: { 'f.txt': text(12) },
    first: both(move('f.txt', 'one.txt'), write('one.txt', `${text(12)}first\n`)),
    second: both(move('f.txt', 'two.txt'), write('two.txt', `${text(12)}second\n`)),
    then: () => ({ 'one.txt': `${text(12)}first`, 'two.txt': `${text(12)}second` }),
  },
  {
    name: 'two files renamed to one name',
    seed: { 'a.txt': `A\n${text(13)}`, 'b.txt': `${text(13)}B\n` },
    first: move('a.txt', 'c.txt'),
    second: move('b.txt', 'c.txt'),
    then: (copy) => ({ 'c.txt': `A\n${text(13)}`.trimEnd(), [copy('c.txt')]: `${text(13)}B` }),
  },
  {
    name: 'renamed first, deleted second',
    seed: { 'f.txt': text(14) },
    first: move('f.txt', 'g.txt'),
    second: remove('f.txt'),
    then: () => ({ 'g.txt': text(14).trimEnd() }),
  },
  {
    name: 'a file first, a folder second',
    seed: {},
    first: write('thing.d', 'first\n'),
    second: write('thing.d/inner', 'second\n'),
    then: (_, lost) => ({ 'thing.d/inner': 'second', [lost('thing.d')]: 'first' }),
  },
  {
    name: 'a folder first, a file second',
    seed: {},
    first: write('thing.d/inner', 'first\n'),
    second: write('thing.d', 'second\n'),
    then: (copy) => ({ 'thing.d/inner': 'first', [copy('thing.d')]: 'second' }),
  },
  {
    name: 'a folder becomes a file first, edited within second',
    seed: { 'd/x': 'base x\n', 'd/y': 'base y\n' },
    first: both(remove('d'), write('d', 'first\n')),
    second: write('d/x', 'second\n'),
    then: (_, lost) => ({ 'd/x': 'second', [lost('d')]: 'first' }),
  },
  {
    name: 'edited within a folder first, which becomes a file second',
    seed: { 'd/x': 'base x\n', 'd/y': 'base y\n' },
    first: write('d/x', 'first\n'),
    second: both(remove('d'), write('d', 'second\n')),
    then: (copy) => ({ 'd/x': 'first', [copy('d')]: 'second' }),
  },
  {
    name: 'a new file in a folder first, which becomes a file second',
    seed: { 'd/x': 'base x\n' },
    first: write('d/new', 'first\n'),
    second: both(remove('d'), write('d', 'second\n')),
    then: (copy) => ({ 'd/new': 'first', [copy('d')]: 'second' }),
  },
  {
    name: 'a file becomes a folder first, is edited second',
    seed: { d: 'base\n' },
    first: both(remove('d'), write('d/x', 'first\n')),
    second: write('d', 'second\n'),
    then: (copy) => ({ 'd/x': 'first', [copy('d')]: 'second' }),
  },
  {
    name: 'a file is edited first, becomes a folder second',
    seed: { d: 'base\n' },
    first: write('d', 'first\n'),
    second: both(remove('d'), write('d/x', 'second\n')),
    then: (_, lost) => ({ 'd/x': 'second', [lost('d')]: 'first' }),
  },
  {
    name: 'a file becomes a folder with attributes in it',
    seed: { d: 'base\n', 'd.d': 'base\n' },
    first: both(remove('d'), write('d/.gitattributes', '*.c -text\n')),
    second: write('other', 'second\n'),
    then: () => ({ 'd.d': 'base', 'd/.gitattributes': '*.c -text', other: 'second' }),
  },
  {
    name: 'mode first, edit second',
    seed: { run: 'base\n' },
    first: mode('run', 0o755),
    second: write('run', 'second\n'),
    then: () => ({ run: '100755 second' }),
  },
  {
    name: 'edit first, mode second',
    seed: { run: 'base\n' },
    first: write('run', 'first\n'),
    second: mode('run', 0o755),
    then: () => ({ run: '100755 first' }),
  },
  {
    name: 'the same file added with two modes',
    seed: {},
    first: write('run', 'same\n'),
    second: both(write('run', 'same\n'), mode('run', 0o755)),
    then: () => ({ run: '100755 same' }),
  },
  {
    name: 'the same mode on both sides',
    seed: { run: 'base\n' },
    first: mode('run', 0o755),
    second: mode('run', 0o755),
    then: () => ({ run: '100755 base' }),
  },
  {
    name: 'a link first, an edit second',
    seed: { 'f.txt': 'base\n' },
    first: both(remove('f.txt'), link('f.txt', 'README')),
    second: write('f.txt', 'second\n'),
    then: (copy) => ({ 'f.txt': '120000 README', [copy('f.txt')]: 'second' }),
  },
  {
    name: 'an edit first, a link second',
    seed: { 'f.txt': 'base\n' },
    first: write('f.txt', 'first\n'),
    second: both(remove('f.txt'), link('f.txt', 'README')),
    then: (copy) => ({ 'f.txt': 'first', [copy('f.txt')]: '120000 README' }),
  },
  {
    name: 'a link against a link',
    seed: {},
    first: link('l', 'README'),
    second: link('l', 'nowhere'),
    then: (copy) => ({ l: '120000 README', [copy('l')]: '120000 nowhere' }),
  },
  {
    name: 'a link to a folder against a folder',
    seed: { 'real/x': 'x\n' },
    first: link('d', 'real'),
    second: write('d/y', 'second\n'),
    then: (_, lost) => ({ 'd/y': 'second', [lost('d')]: '120000 real', 'real/x': 'x' }),
  },
  {
    name: 'binary',
    seed: { 'b.bin': nul('base') },
    first: write('b.bin', nul('first')),
    second: write('b.bin', nul('second')),
    then: (copy) => ({
      'b.bin': nul('first').toString(),
      [copy('b.bin')]: nul('second').toString(),
    }),
  },
  {
    name: 'names that differ in case alone',
    seed: {},
    first: write('Note.txt', 'first\n'),
    second: write('note.txt', 'second\n'),
    then: () => ({ 'Note.txt': 'first', 'note.txt': 'second' }),
  },
  {
    name: 'names that differ in Unicode form alone',
    seed: {},
    first: write('caf\u00e9', 'first\n'),
    second: write('cafe\u0301', 'second\n'),
    then: () => ({ 'caf\u00e9': 'first', 'cafe\u0301': 'second' }),
  },
  ...[
    'Makefile',
    'a.tar.gz',
    '.profile',
    '.env.local',
    'sp ace "q" \'s\'\n*?[x].m d',
    'ü/ß.txt',
  ].map((path): Case => ({
    name: `the name ${JSON.stringify(path)}`,
    seed: { [path]: 'base\n' },
    first: write(path, 'first\n'),
    second: write(path, 'second\n'),
    then: (copy) => ({ [path]: 'first', [copy(path)]: 'second' }),
  })),
  {
    name: 'a conflict on a conflict copy',
    seed: { 'f.sync-conflict-20200101-000000-1234567.txt': 'base\n' },
    first: write('f.sync-conflict-20200101-000000-1234567.txt', 'first\n'),
    second: write('f.sync-conflict-20200101-000000-1234567.txt', 'second\n'),
    then: (copy) => ({
      'f.sync-conflict-20200101-000000-1234567.txt': 'first',
      [copy('f.sync-conflict-20200101-000000-1234567.txt')]: 'second',
    }),
  },
  {
    name: 'end-of-line attributes',
    seed: { '.gitattributes': '*.txt text eol=crlf\n', 'f.txt': 'base\r\n' },
    first: write('f.txt', 'first\r\n'),
    second: write('f.txt', 'second\r\n'),
    then: (copy) => ({
      '.gitattributes': '*.txt text eol=crlf',
      'f.txt': 'first',
      [copy('f.txt')]: 'second',
    }),
  },
  {
    name: 'attributes that come with the files they rule',
    seed: { 'd/f.txt': 'base\n' },
    first: both(write('d/.gitattributes', '*.txt eol=crlf\n'), write('d/f.txt', 'first\r\n')),
    second: write('other', 'second\n'),
    then: () => ({ 'd/.gitattributes': '*.txt eol=crlf', 'd/f.txt': 'first', other: 'second' }),
  },
  {
    name: 'attributes that go with the files they ruled',
    seed: { 'd/.gitattributes': '*.txt eol=crlf\n', 'd/f.txt': 'base\r\n' },
    first: both(remove('d/.gitattributes'), write('d/f.txt', 'first\n')),
    second: write('other', 'second\n'),
    then: () => ({ 'd/f.txt': 'first', other: 'second' }),
  },
  {
    name: 'a filter of the owner',
    seed: { '.gitattributes': '*.up filter=up\n', 'f.up': 'stored base\n' },
    first: write('f.up', 'shown first\n'),
    second: write('f.up', 'shown second\n'),
    then: (copy) => ({
      '.gitattributes': '*.up filter=up',
      'f.up': 'stored first',
      [copy('f.up')]: 'stored second',
    }),
  },
]
