import { git } from './temp-repositories.js'

export interface Entry {
  /** As it stands in the tree: `100644`, `40000`, or what git itself would refuse to write. */
  readonly mode: string
  readonly oid: string
  /** Bytes, one character each. */
  readonly name: string
}

export const blob = (dir: string, content: string): string =>
  git(dir, ['hash-object', '-w', '--stdin'], { input: content })

/** A tree with any names and modes whatever; git itself would refuse to make some of them. */
export const literalTree = (dir: string, entries: readonly Entry[]): string => {
  const order = ({ mode, name }: Entry): string => (mode === '40000' ? `${name}/` : name)
  return rawTree(
    dir,
    [...entries].sort((a, b) => (order(a) < order(b) ? -1 : 1)),
  )
}

/** The same, in any order and with any of them twice. */
export const rawTree = (dir: string, entries: readonly Entry[]): string => {
  const raw = Buffer.concat(
    entries.flatMap(({ mode, oid, name }) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(oid, 'hex'),
    ]),
  )
  return git(dir, ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], { input: raw })
}

const entriesOf = (dir: string): readonly Entry[] =>
  git(dir, ['ls-tree', 'HEAD'])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, mode = '', oid = '', name = ''] = /^0?(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? []
      return { mode, oid, name }
    })

/** Puts a commit with these entries, beside what is there, on the remote's branch. @returns its oid */
export const publish = (dir: string, entries: readonly Entry[]): string => {
  const names = new Set(entries.map(({ name }) => name))
  const others = entriesOf(dir).filter(({ name }) => !names.has(name))
  const tree = literalTree(dir, [...others, ...entries])
  const commit = git(dir, ['commit-tree', '-p', 'HEAD', '-m', 'hostile', tree])
  git(dir, ['push', '-q', 'origin', `${commit}:refs/heads/main`])
  return commit
}

export const folder = (dir: string, name: string, entries: readonly Entry[]): Entry => ({
  mode: '40000',
  name,
  oid: literalTree(dir, entries),
})

export const file = (dir: string, name: string, content = 'hostile\n', mode = '100644'): Entry => ({
  mode,
  name,
  oid: blob(dir, content),
})
