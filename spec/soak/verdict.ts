import { existsSync, readFileSync } from 'node:fs'
import { git, tryGit } from '../support/temp-repositories.js'
import type { Living } from './living.js'
import { tokensIn } from './person.js'

/** Empty where the branch is unborn. */
const headOf = ({ path }: Living): string =>
  tryGit(path, ['rev-parse', '--verify', '-q', 'HEAD']).text.trim()

const leftBehind = [
  'index.lock',
  'MERGE_HEAD',
  'rebase-merge',
  'gitsync/move.json',
  'gitsync/aside',
]

/** Empty where the branch is unborn. */
const tipOf = (remote: string): string =>
  tryGit(remote, ['rev-parse', '--verify', '-q', 'main']).text.trim()

/** What a machine at rest would not be; empty where it is clean and level with that tip. */
const unrestOf = (machine: Living, tip: string): readonly string[] => {
  const { name, path, running, isGone } = machine
  const status = git(path, ['status', '--porcelain'])
  const last = running?.outcomes.findLast(({ type }) => type === 'CycleSettled')
  const faults = [
    status !== '' && `is dirty: ${status}`,
    !isGone && headOf(machine) !== tip && 'has another commit than the remote',
    last?.type !== 'CycleSettled' && 'has settled no cycle',
    ...leftBehind.map((file) => existsSync(machine.at(`.git/${file}`)) && `has left ${file}`),
  ]
  return faults.filter((fault) => fault !== false).map((fault) => `${name} ${fault}`)
}

/** Whether all are level with one and the same tip: what is looked at last may have pushed since the first was. */
export const isCalm = (machines: readonly Living[], remote: string): boolean => {
  const tip = tipOf(remote)
  return machines.every((machine) => unrestOf(machine, tip).length === 0) && tipOf(remote) === tip
}

/** Every token in the blobs that a revision reaches. */
const reachable = (repo: string, revision: string): ReadonlySet<string> => {
  const list = git(repo, ['rev-list', '--objects', '--no-object-names', revision])
  const text = git(repo, ['cat-file', '--batch', '--buffer'], { input: `${list}\n` })
  return new Set(tokensIn(text))
}

/**
 * Commits that the branch here once pointed to, by its reflog; none where it is unborn still. A kill can come between the
 * line and the move that it tells of: the next line begins where the branch had stayed.
 */
const tipsOf = (machine: Living): readonly string[] => {
  const file = machine.at('.git/logs/refs/heads/main')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const moves = lines.map((line) => line.split(' ', 2))
  return moves.flatMap(([, to], n) =>
    to !== undefined && (moves[n + 1]?.[0] ?? to) === to ? [to] : [],
  )
}

/**
 * What is wrong after a calm end. A machine that is gone for good keeps what is its own.
 *
 * @param owed tokens that must be reachable, by machine
 */
export const faultsOf = (
  machines: readonly Living[],
  remote: string,
  owed: ReadonlyMap<Living, ReadonlySet<string>>,
): readonly string[] => {
  const tip = tipOf(remote)
  const faults = machines.flatMap((machine) => unrestOf(machine, tip))
  for (const machine of machines) {
    const { name, path } = machine
    const fsck = tryGit(path, ['fsck', '--strict', '--no-dangling', '--no-progress'])
    if (fsck.code !== 0) faults.push(`${name} fsck: ${fsck.text}`)
    const markers = tryGit(path, ['grep', '-l', '-e', '^<<<<<<< ', 'HEAD'])
    if (markers.code === 0) faults.push(`${name} has markers in ${markers.text}`)
    const head = headOf(machine)
    const known = head === '' ? new Set<string>() : reachable(path, head)
    for (const token of owed.get(machine) ?? [])
      if (!known.has(token)) faults.push(`${name} lost ${token}`)
    for (const tip of tipsOf(machine))
      if (tryGit(path, ['merge-base', '--is-ancestor', tip, head]).code !== 0)
        faults.push(`${name} lost the commit ${tip}`)
  }
  return faults
}
