import { settingsOf } from './settings.js'
import { bareRemote, git, identify, temporaryFolder } from './temp-repositories.js'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Observable } from 'rxjs'
import { firstValueFrom } from 'rxjs'
import { everything } from '../../src/actors/changes.js'
import type { Problem } from '../../src/actors/problem.js'
import { classOf } from '../../src/actors/problem.js'
import type { Report } from '../../src/actors/reports.js'
import type { RepoSettings } from '../../src/actors/settings.js'
import type { OpenWorkTree } from '../../src/git/work-tree.js'
import { openWorkTree } from '../../src/git/work-tree.js'

/** One clone, and the adapter on it. */
export interface Machine {
  readonly name: string
  readonly path: string
  readonly workTree: OpenWorkTree
  git(...args: readonly string[]): string
  write(path: string, content: string | Buffer): void
  remove(path: string): void
  at(path: string): string
}

/** What one pass did. */
export interface Pass {
  readonly reports: readonly Report[]
  /** Oid of the commit of what lay in the work tree; null: there was nothing to commit. */
  readonly committed: string | null
  /** What needs a person. */
  readonly problem: Problem | null
}

export const machineAt = (path: string, own: Partial<RepoSettings> = {}): Machine => {
  const at = (file: string): string => join(path, file)
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    workTree: openWorkTree(settingsOf(path, { transport: 'git', ...own }), (step) => step()),
    git: (...args) => git(path, args),
    write: (file, content) => {
      mkdirSync(dirname(at(file)), { recursive: true })
      writeFileSync(at(file), content)
    },
    remove: (file) => {
      rmSync(at(file), { recursive: true })
    },
    at,
  }
}

export const reportOf = async (
  report$: Observable<Report>,
): Promise<Exclude<Report, { type: 'Underway' }>> => {
  const report = await firstValueFrom(report$)
  if (report.type === 'Underway') throw new Error('No save waits, and yet the talk is left.')
  return report
}

/** Tries of a pass that is told to look again: longer than what somebody has just staged is waited for, and than a lock of theirs. */
const tries = 40
const pause = 100

/** What may happen between two steps. */
export type Between = (machine: Machine) => void
const nothingBetween: Between = () => undefined

const once = async (
  { workTree }: Machine,
  told: Report[],
  beforeIntegrate: () => void,
): Promise<Problem | 'done' | 'again'> => {
  const run = async (report$: Observable<Report>): ReturnType<typeof reportOf> => {
    const report = await reportOf(report$)
    told.push(report)
    return report
  }
  const seen = await run(workTree.inspect())
  if (seen.type === 'Failed') return seen.problem
  const committed = await run(workTree.commit(everything, seen.position))
  if (committed.type === 'Failed') return committed.problem
  const fetched = await run(workTree.fetch(committed.position))
  if (fetched.type === 'Failed') return fetched.problem
  beforeIntegrate()
  const brought =
    fetched.position.behind > 0 ? await run(workTree.integrate(fetched.position)) : fetched
  if (brought.type === 'Failed') return brought.problem
  const { ahead, head, upstream } = brought.position
  if (head === null || (ahead === 0 && upstream?.oid !== null)) return 'done'
  const pushed = await run(workTree.push(brought.position))
  if (pushed.type === 'Failed') return pushed.problem
  return pushed.type === 'PushDone' ? 'done' : 'again'
}

/** One pass as the actor would make it: inspect, commit, fetch, integrate, push; passing problems are tried again. */
export const pass = async (machine: Machine, beforeIntegrate = nothingBetween): Promise<Pass> => {
  const reports: Report[] = []
  const end = (problem: Problem | null): Pass => {
    const found = reports.find((one) => one.type === 'Committed' && one.commit !== null)
    const committed = found?.type === 'Committed' ? (found.commit?.oid ?? null) : null
    return { reports, committed, problem }
  }
  let between = beforeIntegrate
  let last: Problem | null = null
  for (let n = 0; n < tries; n += 1) {
    const told = await once(machine, reports, () => {
      between(machine)
      between = nothingBetween
    })
    if (told === 'done') return end(null)
    if (told === 'again') continue
    if (classOf(told) !== 'passing') return end(told)
    last = told
    await setTimeout(pause)
  }
  return end(last)
}

/** A pass that changed nothing anywhere. */
export const isQuiet = ({ reports, problem }: Pass): boolean =>
  problem === null &&
  reports.every((one) => {
    switch (one.type) {
      case 'Committed':
        return one.commit === null
      case 'Squashed':
        return one.squashed === null
      case 'Integrated':
        return one.result === null
      case 'PushDone':
      case 'PushRefused':
        return false
      case 'Inspected':
      case 'Fetched':
      case 'Failed':
      case 'Underway':
        return true
      default:
        return one satisfies never
    }
  })

/** Rounds after which machines that still tell each other news are taken for a ping-pong. */
export const roundBound = 4

/** Passes of each machine in turn until a whole round is quiet. @returns the rounds it took, or null */
export const settle = async (machines: readonly Machine[]): Promise<number | null> => {
  for (let round = 1; round <= roundBound; round += 1) {
    let quiet = true
    for (const machine of machines) quiet = isQuiet(await pass(machine)) && quiet
    if (quiet) return round
  }
  return null
}

export interface World {
  readonly root: string
  readonly remote: string
  machine(name: string, own?: Partial<RepoSettings>): Machine
  close(): void
}

/** A bare remote that already has a first commit, and clones of it on demand. */
export const openWorld = (seed: (folder: string) => void): World => {
  const root = temporaryFolder()
  const remote = bareRemote()
  const first = join(root, 'first')
  git(root, ['clone', '-q', remote, first])
  identify(first)
  writeFileSync(join(first, 'README'), 'first\n')
  seed(first)
  git(first, ['add', '-A'])
  git(first, ['commit', '-q', '-m', 'first'])
  git(first, ['push', '-q', '-u', 'origin', 'main'])
  const machines: Machine[] = []
  return {
    root,
    remote,
    machine: (name, own = {}) => {
      const path = join(root, name)
      if (!existsSync(path)) {
        git(root, ['clone', '-q', remote, path])
        identify(path)
      }
      const machine = machineAt(path, own)
      machines.push(machine)
      return machine
    },
    close: () => {
      for (const { workTree } of machines) workTree.close()
      rmSync(root, { recursive: true, force: true })
      rmSync(remote, { recursive: true, force: true })
    },
  }
}

/** Path → `MODE content` of a commit's tree. */
export const treeOf = (machine: Machine, commit = 'HEAD'): Readonly<Record<string, string>> => {
  const entries = machine.git('ls-tree', '-r', '-z', commit).split('\0').filter(Boolean)
  return Object.fromEntries(
    entries.map((entry) => {
      const [, mode = '', type = '', oid = '', path = ''] =
        /^(\d+) (\w+) (\w+)\t([^]*)$/.exec(entry) ?? []
      const content = type === 'blob' ? git(machine.path, ['cat-file', 'blob', oid]) : oid
      return [path, mode === '100644' ? content : `${mode} ${content}`]
    }),
  )
}

const leftBehind = [
  'MERGE_HEAD',
  'MERGE_MSG',
  'CHERRY_PICK_HEAD',
  'rebase-merge',
  'rebase-apply',
  'index.lock',
  'HEAD.lock',
  'refs/heads/main.lock',
  'gitsync/move.json',
  'gitsync/aside',
  'gitsync/rendered',
]

/** Everything that must hold of a machine at rest; empty when it does. */
export const faultsOf = (machine: Pick<Machine, 'git' | 'at'>): readonly string[] => {
  const faults: string[] = []
  const status = machine.git('status', '--porcelain')
  if (status !== '') faults.push(`status: ${status}`)
  for (const name of leftBehind)
    if (existsSync(machine.at(join('.git', name)))) faults.push(`left: ${name}`)
  try {
    machine.git('fsck', '--no-dangling', '--no-progress')
  } catch (error) {
    faults.push(`fsck: ${String(error)}`)
  }
  try {
    faults.push(`markers: ${machine.git('grep', '-I', '-l', '^<<<<<<<', 'HEAD')}`)
  } catch {
    // git grep ends with 1 where it finds nothing.
  }
  return faults
}

/** The copy's name as the contract has it, told by git alone: time of the losing commit, its blob. */
export const copyName = (machine: Machine, commit: string, path: string): string => {
  const format = ['--format=%cd', '--date=format-local:%Y%m%d-%H%M%S']
  const stamp = git(machine.path, ['show', '-s', ...format, commit], { env: { TZ: 'UTC' } })
  const blob = machine.git('rev-parse', `${commit}:${path}`).slice(0, 7)
  const slash = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  const cut = dot > slash ? dot : path.length
  return `${path.slice(0, cut)}.sync-conflict-${stamp}-${blob}${path.slice(cut)}`
}
