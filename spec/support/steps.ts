import { setTimeout } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { settingsOf } from './settings.js'
import type { Changes } from '../../src/actors/changes.js'
import { changesOf, everything } from '../../src/actors/changes.js'
import type { Problem } from '../../src/actors/problem.js'
import type { Position, Report } from '../../src/actors/reports.js'
import type { RepoSettings } from '../../src/actors/settings.js'
import type { OpenWorkTree } from '../../src/git/work-tree.js'
import { openWorkTree } from '../../src/git/work-tree.js'

type Committed = Extract<Report, { type: 'Committed' }>

/** Tries that a step is given while git's lock is somebody else's, and the milliseconds between two. */
const tries = 200
const pause = 50

export interface Steps {
  readonly workTree: OpenWorkTree
  /** One report, whatever it is. */
  inspect(): Promise<Report>
  commit(changes: Changes, position: Position): Promise<Report>
  position(): Promise<Position>
  /** Inspects and commits until it is done, as the actor would; any problem that does not pass is thrown. */
  save(paths?: Iterable<string>): Promise<Committed>
  /** What stops the next cycle. */
  problem(): Promise<Problem>
}

const passes = ({ kind }: Problem): boolean => kind === 'locked' || kind === 'work-tree-moved'

const unexpected = (report: Report): Error => new Error(`Unexpected: ${JSON.stringify(report)}`)

/** The operations of one work tree, asked for one by one. */
export const stepsOn = (dir: string, wishes: Partial<RepoSettings> = {}): Steps => {
  const workTree = openWorkTree(settingsOf(dir, wishes), (step) => step())
  const inspect = () => firstValueFrom(workTree.inspect())
  const commit = (changes: Changes, position: Position) =>
    firstValueFrom(workTree.commit(changes, position))

  const cycle = async (changes: Changes): Promise<Report> => {
    const seen = await inspect()
    return seen.type === 'Inspected' ? commit(changes, seen.position) : seen
  }

  const settled = async (changes: Changes): Promise<Report> => {
    for (let n = 0; n < tries; n += 1) {
      const report = await cycle(changes)
      if (report.type !== 'Failed' || !passes(report.problem)) return report
      await setTimeout(pause)
    }
    throw new Error('It never passed.')
  }

  return {
    workTree,
    inspect,
    commit,
    position: async () => {
      const report = await inspect()
      if (report.type !== 'Inspected') throw unexpected(report)
      return report.position
    },
    save: async (paths) => {
      const report = await settled(paths === undefined ? everything : changesOf(paths))
      if (report.type !== 'Committed') throw unexpected(report)
      return report
    },
    problem: async () => {
      const report = await settled(everything)
      if (report.type !== 'Failed') throw unexpected(report)
      return report.problem
    },
  }
}
