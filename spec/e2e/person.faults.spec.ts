import {
  bareRemote,
  cloneOf,
  commitAll,
  git,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { chanceOf } from '../simulation/chance.js'
import { endAll, start, until, untilWatched } from '../support/program.js'

afterEach(endAll)

const branches = ['main', 'other'] as const
type Branch = (typeof branches)[number]

const files = 6

/** Two branches, each with a folder that the other must never see, on a remote. */
const forked = (): string => {
  const dir = cloneOf(bareRemote())
  writeFiles(dir, { README: 'hello\n' })
  commitAll(dir, 'First')
  for (const branch of branches) {
    if (branch !== 'main') git(dir, ['switch', '-q', '-c', branch, 'HEAD~1'])
    for (let n = 0; n < files; n += 1)
      writeFiles(dir, { [`only-${branch}/f${String(n)}.txt`]: `${branch} ${String(n)}\n` })
    commitAll(dir, `First of ${branch}`)
    git(dir, ['push', '-q', '-u', 'origin', branch])
    git(dir, ['switch', '-q', 'main'])
  }
  return dir
}

/** Tries that a person makes while another git's lock is in the way, as its message asks for. */
const tries = 40

const branchOf = (dir: string): string => git(dir, ['symbolic-ref', '-q', '--short', 'HEAD'])

/** Commits of a branch whose tree holds a file of the other, or lacks one of its own. */
const mixed = (dir: string, branch: Branch): readonly string[] => {
  const foreign = branches.find((one) => one !== branch) ?? ''
  return git(dir, ['rev-list', branch])
    .split('\n')
    .filter((commit) => {
      const paths = git(dir, ['ls-tree', '-r', '--name-only', commit]).split('\n')
      const own = paths.filter((path) => path.startsWith(`only-${branch}/`)).length
      return paths.some((path) => path.startsWith(`only-${foreign}/`)) || (own > 0 && own < files)
    })
}

describe('a person at the keyboard while gitsync runs', () => {
  it.each([1, 2, 3])(
    'switches, stashes, amends, resets and collects, and nothing is mixed up or lost: seed %i',
    async (seed) => {
      const dir = forked()
      const chance = chanceOf(seed)
      const running = start([
        ...['run', dir, '--json', '--debounce', '50ms', '--max-wait', '300ms'],
        ...['--fetch-interval', '300ms', '--rescan-interval', '2s'],
      ])
      await untilWatched(running)
      let collisions = 0
      const byHand = async (...args: readonly string[]): Promise<boolean> => {
        for (let n = 0; n < tries; n += 1) {
          const { code, text } = tryGit(dir, args)
          if (code === 0) return true
          if (!/index\.lock|cannot lock ref|Unable to create/.test(text)) return false
          collisions += 1
          await sleep(30)
        }
        return false
      }
      for (let n = 0; n < 60; n += 1) {
        const branch = branchOf(dir)
        const file = `only-${branch}/f${String(chance.within(0, files - 1))}.txt`
        // An edit of what is tracked: git carries new files over to another branch, and a person means it so.
        if (chance.happens(0.7)) writeFiles(dir, { [file]: `content ${String(n)}\n` })
        const act = chance.pick([
          ...(['nothing', 'nothing', 'switch', 'switch', 'switch', 'stash', 'commit'] as const),
          ...(['amend', 'reset', 'soft', 'gc', 'bisect', 'staged'] as const),
        ])
        const there = branches.find((one) => one !== branch) ?? 'main'
        if (act === 'switch') await byHand('switch', '-q', there)
        if (act === 'stash' && (await byHand('stash', '-q', '-u'))) {
          await sleep(chance.within(0, 200))
          await byHand('stash', 'pop', '-q')
        }
        if (act === 'commit') await byHand('commit', '-q', '-am', `By hand ${String(n)}`)
        if (act === 'amend') await byHand('commit', '-q', '--amend', '-m', `Amended ${String(n)}`)
        if (act === 'reset') await byHand('reset', '-q', '--hard')
        // Below the first of the branch everything would be staged anew, which git carries over as well.
        if (act === 'soft' && tryGit(dir, ['cat-file', '-e', `HEAD~1:only-${branch}`]).code === 0)
          await byHand('reset', '-q', '--soft', 'HEAD~1')
        if (act === 'gc') await byHand('gc', '-q')
        if (act === 'staged') await byHand('add', '-A')
        if (act === 'bisect' && (await byHand('bisect', 'start'))) {
          await sleep(chance.within(0, 200))
          await byHand('bisect', 'reset')
        }
        await sleep(chance.pick([0, 20, 60, 150, 400]))
      }
      // Conflicts of a stash are a person's, who settles them.
      if (git(dir, ['diff', '--name-only', '--diff-filter=U']) !== '') await byHand('add', '-A')
      for (const branch of branches) {
        await until('a clean work tree', () => git(dir, ['status', '--porcelain']) === '')
        if (branchOf(dir) !== branch) expect(await byHand('switch', '-q', branch)).toBe(true)
        await until(`${branch} to be level, ${String(collisions)} collisions`, () => {
          const level = tryGit(dir, ['rev-parse', branch, `origin/${branch}`])
            .text.trim()
            .split('\n')
          return level[0] === level[1] && git(dir, ['status', '--porcelain']) === ''
        })
        expect(mixed(dir, branch), branch).toEqual([])
      }
      running.child.kill('SIGTERM')
      expect((await running.finished).code).toBe(0)
      expect(tryGit(dir, ['fsck', '--strict', '--no-dangling']).code).toBe(0)
      expect(readdirSync(join(dir, '.git')).filter((name) => name.endsWith('.lock'))).toEqual([])
    },
  )
})

describe('a person who applies patches by git am while gitsync runs', () => {
  it.each(['--abort', '--skip'])(
    'is waited for until git am %s, and loses nothing',
    async (end) => {
      const dir = forked()
      writeFiles(dir, { README: 'by a patch\n' })
      commitAll(dir, 'Patched')
      const patch = git(dir, ['format-patch', '-1', '--stdout'])
      git(dir, ['reset', '-q', '--hard', 'HEAD~1'])
      writeFiles(dir, { README: 'by hand\n' })
      const head = commitAll(dir, 'By hand')
      const running = start([
        'run',
        dir,
        '--json',
        '--debounce',
        '200ms',
        '--rescan-interval',
        '1s',
      ])
      await untilWatched(running)
      expect(tryGit(dir, ['am'], { input: `${patch}\n` }).code).not.toBe(0)
      writeFiles(dir, { 'meanwhile.txt': 'meanwhile\n' })
      await until('it waits', () =>
        running.outcomes.some(
          (one) => one.type === 'Halted' && one.problem.kind === 'operation-in-progress',
        ),
      )
      await sleep(2_500)
      expect(git(dir, ['rev-parse', 'HEAD']), 'nothing is committed meanwhile').toBe(head)
      git(dir, ['am', end])
      await until('it goes on', () => running.outcomes.some(({ type }) => type === 'Resumed'))
      await until('it is saved', () => git(dir, ['status', '--porcelain']) === '')
      expect(git(dir, ['show', 'HEAD:meanwhile.txt'])).toBe('meanwhile')
      expect(git(dir, ['show', 'HEAD:README'])).toBe('by hand')
    },
  )
})
