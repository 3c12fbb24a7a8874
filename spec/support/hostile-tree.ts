import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'

/** A path relative to the work tree, byte for byte. */
export type BytePath = Buffer

/** In [0, 1), the same row for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Random = ReturnType<typeof seeded>

const pick = <T>(random: Random, from: readonly T[]): T => {
  const found = from[Math.floor(random() * from.length)]
  if (found === undefined) throw new Error('There is nothing to pick from.')
  return found
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const text = (name: string): Buffer => Buffer.from(name)

/** What a file or a folder may be called. */
const names: readonly Buffer[] = [
  ...['caf\u00e9', 'cafe\u0301', '\u{1f600} smile', '\ufffd', '\u202egpj', 'ǅ', 'İ'].map(text),
  ...['two words', ' led by a blank', 'ended by a blank ', 'new\nline', 'tab\tbed', '\r'].map(text),
  ...['"quoted"', "it's", '`id`', '$HOME', '%s', '~user', '!bang', '#hash', '#end#'].map(text),
  ...['-rf', '--', '--all', ':(top)x', ':!x', ':', '@', '@{u}', 'HEAD', 'back\\slash'].map(text),
  ...['*', 'glob*', '?', 'b[1]', 'b1', '[!a]', '{a,b}', '**', '\\*', 'b?', '[', ']'].map(text),
  ...['...', '.gitx', '.hidden', 'git', 'con', 'aux.h', 'nul', 'a:b', 'a|b', 'a<b>'].map(text),
  ...['\xff', '\xfe', 'caf\xe9', '\x80*', '\xff\xfe[1]', 'a\xc0\xafb', '\x01', '\x7f'].map(bytes),
  text('x'.repeat(255)),
  text('é'.repeat(127)),
]

/** What the attributes of the hostile tree tell apart. */
const endings = ['', '.md', '.crlf', '.lf', '.auto', '.id', '.bin', '.raw', '.rot', '.big'].concat([
  '.log',
  '.tmp',
  '.excluded',
  '.global',
  '.utf16',
  '.Auto',
])

const attributes = `* -text
*.md !text
*.crlf text eol=crlf
*.lf text eol=lf
*.auto text=auto
*.id ident text
*.bin binary
*.raw -text
*.rot filter=rot
*.big filter=lfs -text
*.utf16 text working-tree-encoding=UTF-16
`

const lines = [
  'one\ntwo\n',
  'one\r\ntwo\r\n',
  'mixed\r\nends\n',
  'no end',
  '',
  '\n',
  '\r',
  '\ufeff',
]
const fragments = [...lines, '$Id$\n', '$Id: 0000 $\n', 'a\0b\r\n', '\xff\xfe\r\n', 'é\n']

const contentFor = (path: BytePath, random: Random): Buffer => {
  const body = `${pick(random, fragments)}${String(Math.floor(random() * 1e6))}${pick(random, fragments)}`
  const empty = random() < 0.05
  if (path.toString('latin1').endsWith('.utf16'))
    return Buffer.from(
      empty ? '' : `\ufeff${body.replaceAll('\0', '').replaceAll('\ufeff', '')}`,
      'utf16le',
    )
  return empty ? Buffer.alloc(0) : Buffer.from(body, random() < 0.5 ? 'utf8' : 'latin1')
}

const slash = Buffer.from('/')

export const joined = (...parts: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part, n) => (n === 0 ? [Buffer.from(part)] : [slash, Buffer.from(part)])),
  )

const parentOf = (path: BytePath): BytePath => path.subarray(0, Math.max(0, path.lastIndexOf('/')))

type Kind = 'file' | 'link' | 'folder'

const kindOf = (path: Buffer): Kind | null => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found?.isSymbolicLink() === true) return 'link'
  if (found?.isDirectory() === true) return 'folder'
  return found?.isFile() === true ? 'file' : null
}

const isFolder = (path: Buffer): boolean => kindOf(path) === 'folder'

/** Folders on the way to a path, from the top, made where nothing or something else than a folder stands. */
const makeWay = (dir: string, path: BytePath): void => {
  const parent = parentOf(path)
  if (parent.length === 0) return
  makeWay(dir, parent)
  if (isFolder(joined(dir, parent))) return
  rmSync(joined(dir, parent), { force: true })
  mkdirSync(joined(dir, parent))
}

const put = (dir: string, path: BytePath, content: Buffer): void => {
  makeWay(dir, path)
  rmSync(joined(dir, path), { recursive: true, force: true })
  writeFileSync(joined(dir, path), content)
}

interface Found {
  readonly path: BytePath
  readonly kind: Kind
}

/** Every file, symbolic link and folder outside of repositories, byte for byte. */
const walk = (dir: string, below: BytePath = Buffer.alloc(0)): readonly Found[] =>
  readdirSync(below.length === 0 ? dir : joined(dir, below), { encoding: 'buffer' })
    .sort((a, b) => a.compare(b))
    .flatMap((name) => {
      const path = below.length === 0 ? name : joined(below, name)
      if (name.toString() === '.git' || name.toString().startsWith('nested')) return []
      const kind = kindOf(joined(dir, path))
      if (kind === null) return []
      return kind === 'folder' ? [{ path, kind }, ...walk(dir, path)] : [{ path, kind }]
    })

const nameOf = (random: Random): Buffer => {
  const name = pick(random, names)
  const ending = pick(random, endings)
  const whole = Buffer.concat([
    name,
    Buffer.from(random() < 0.5 ? String(Math.floor(random() * 100)) : ''),
    Buffer.from(ending),
  ])
  return whole.length <= 255 ? whole : name
}

/** Bytes; the system's bound for a path is 4096. */
const longestPath = 3000

const placeFor = (dir: string, random: Random): BytePath => {
  const depth = Math.floor(random() ** 2 * 7)
  const folders = Array.from({ length: depth }, () => pick(random, names))
  const path = joined(...folders, nameOf(random))
  return path.length + dir.length < longestPath ? path : nameOf(random)
}

const targets = [
  '../outside',
  'nowhere',
  '.',
  '..',
  '/etc/passwd',
  '/',
  'loop',
  'caf\u00e9',
  'a\\b',
]

const putLink = (dir: string, path: BytePath, target: Buffer): void => {
  makeWay(dir, path)
  rmSync(joined(dir, path), { recursive: true, force: true })
  symlinkSync(target, joined(dir, path))
}

const ignoreFiles: readonly (readonly [folder: string, rules: string])[] = [
  ['', '*.log\n!keep*.log\nbuild/\n/git\n'],
  ['caf\u00e9', '*.tmp\n!*1.tmp\n'],
  ['two words', '*\n!*.md\n!.gitignore\n'],
  ['b[1]', '/b1\n\\#hash\n'],
]

/** Drivers and rules that live outside the work tree. */
const configure = (dir: string, lfs: boolean): void => {
  const set = (key: string, value: string): unknown =>
    execFileSync('git', ['config', key, value], { cwd: dir })
  set('filter.rot.clean', 'tr a-z n-za-m')
  set('filter.rot.smudge', 'tr a-z n-za-m')
  if (lfs) {
    set('filter.lfs.clean', 'git-lfs clean -- %f')
    set('filter.lfs.smudge', 'git-lfs smudge -- %f')
    set('filter.lfs.process', 'git-lfs filter-process')
    set('filter.lfs.required', 'true')
  }
  writeFileSync(`${dir}/.git/info/exclude`, '*.excluded\n')
  writeFileSync(`${dir}/.git/excludes`, '*.global\n')
  set('core.excludesFile', `${dir}/.git/excludes`)
}

/** Fills a repository with what file systems allow and people do. */
export const fillHostile = (dir: string, random: Random, files: number, lfs: boolean): void => {
  configure(dir, lfs)
  put(dir, text('.gitattributes'), Buffer.from(attributes))
  for (let n = 0; n < files; n += 1) {
    const path = placeFor(dir, random)
    put(dir, path, contentFor(path, random))
    if (random() < 0.1) chmodSync(joined(dir, path), 0o755)
  }
  for (let n = 0; n < files / 40; n += 1)
    putLink(dir, placeFor(dir, random), Buffer.from(pick(random, targets)))
  putLink(dir, text('loop'), text('loop2'))
  putLink(dir, text('loop2'), text('loop'))
  putLink(dir, bytes('link to \xff'), bytes('\xff/\xfe'))
  put(dir, joined(...Array.from({ length: 60 }, (_, n) => `deep ${String(n)}`), 'end'), text('end'))
  for (const [folder, rules] of ignoreFiles)
    put(dir, folder === '' ? text('.gitignore') : joined(folder, '.gitignore'), text(rules))
}

/** One thing that somebody does to the work tree; `find` gives a path of these kinds, or null. */
type Mutation = (
  dir: string,
  random: Random,
  find: (kinds: readonly Kind[]) => BytePath | null,
) => readonly BytePath[]

const mutationOf =
  (
    kinds: readonly Kind[],
    change: (dir: string, path: BytePath, random: Random) => readonly BytePath[],
  ): Mutation =>
  (dir, random, find) => {
    const path = find(kinds)
    return path === null ? [] : [path, ...change(dir, path, random)]
  }

const add: Mutation = (dir, random) => {
  const path = placeFor(dir, random)
  put(dir, path, contentFor(path, random))
  return [path]
}

const edit = mutationOf(['file'], (dir, path, random) => {
  writeFileSync(joined(dir, path), contentFor(path, random))
  return []
})

const mutations: readonly Mutation[] = [
  add,
  add,
  edit,
  edit,
  edit,
  mutationOf(['file', 'link'], (dir, path) => {
    rmSync(joined(dir, path))
    return []
  }),
  mutationOf(['file', 'link'], (dir, path, random) => {
    const to = placeFor(dir, random)
    if (to.toString('latin1').endsWith('.utf16')) return []
    const content = joined(dir, path)
    makeWay(dir, to)
    // The way may have put a folder in the place of what was to be moved, and there may be one where it goes.
    if (isFolder(content) || isFolder(joined(dir, to))) return [to]
    renameSync(content, joined(dir, to))
    return [to]
  }),
  mutationOf(['file'], (dir, path, random) => {
    chmodSync(joined(dir, path), random() < 0.5 ? 0o755 : 0o644)
    return []
  }),
  mutationOf(['file', 'link'], (dir, path, random) => {
    const inside = joined(path, 'inside')
    if (inside.length + dir.length < longestPath) put(dir, inside, contentFor(inside, random))
    return []
  }),
  mutationOf(['folder'], (dir, path, random) => {
    if (random() < 0.7) return []
    put(dir, path, contentFor(path, random))
    return []
  }),
  mutationOf(['folder'], (dir, path, random) => {
    if (random() < 0.7) return []
    putLink(dir, path, Buffer.from(pick(random, targets)))
    return []
  }),
  mutationOf(['file', 'link'], (dir, path, random) => {
    putLink(dir, path, Buffer.from(pick(random, targets)))
    return []
  }),
  mutationOf(['link'], (dir, path, random) => {
    put(dir, path, contentFor(path, random))
    return []
  }),
  (dir, random) => {
    const [folder] = pick(random, ignoreFiles)
    const file = folder === '' ? text('.gitignore') : joined(folder, '.gitignore')
    put(
      dir,
      file,
      text(pick(random, ['*.tmp\n', '*.log\n!*2.log\n', '/b?\n', 'two words/\n', '\n'])),
    )
    return [file]
  },
  mutationOf(['file'], (dir, path) => {
    // An ignored file that its owner wants all the same.
    execFileSync('git', ['add', '-f', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      cwd: dir,
      env: { ...process.env, GIT_LITERAL_PATHSPECS: '1' },
      input: path,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return []
  }),
]

/** An earlier mutation may have moved it, or led the way to it elsewhere. */
const isStill = (dir: string, { path, kind }: Found): boolean => {
  const parent = parentOf(path)
  const folder = parent.length === 0 ? Buffer.from(dir) : joined(dir, parent)
  try {
    return realpathSync(folder, 'buffer').equals(folder) && kindOf(joined(dir, path)) === kind
  } catch {
    return false
  }
}

/** Mutations between two looks at what there is. */
const stale = 25

/** Does a number of things to the work tree; gives what a watcher would name. */
export const mutate = (dir: string, random: Random, count: number): readonly BytePath[] => {
  let found: readonly Found[] = []
  const find = (kinds: readonly Kind[]): BytePath | null => {
    const paths = found.filter(({ kind }) => kinds.includes(kind))
    if (paths.length === 0) return null
    const { path, kind } = pick(random, paths)
    return isStill(dir, { path, kind }) ? path : null
  }
  return Array.from({ length: count }, (_, n) => {
    if (n % stale === 0)
      found = walk(dir).filter(({ path }) => path.toString() !== '.gitattributes')
    return pick(random, mutations)(dir, random, find)
  }).flat()
}
