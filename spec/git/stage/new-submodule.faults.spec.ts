import { faultsOf, pass, settle, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import type * as promises from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { hooked } from '../../support/hooked-files.js'
import { closeWorlds, ends, openPair } from '../../support/mid-move.js'
import { git } from '../../support/temp-repositories.js'

vi.mock('node:fs/promises', async (original) => {
  const { hookedFiles } = await import('../../support/hooked-files.js')
  return hookedFiles(await original<typeof promises>())
})

afterEach(closeWorlds)

/** Of a commit that nobody has: git looks at nothing that lies in its folder. */
const turn = (a: Machine): void => {
  a.git('rm', '-rq', 'd')
  mkdirSync(a.at('d'), { recursive: true })
  a.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},d`)
  a.git('commit', '-qm', 'turned')
  a.git('push', '-q')
}

/** When somebody makes something there. */
type Moment = (when: 'before' | 'after', call: string, paths: readonly string[]) => boolean

const publishes = (call: string, [from, to]: readonly string[]): boolean =>
  call === 'rename' && ends(from, 'gitsync/index') && ends(to, '.git/index')

const moments: readonly (readonly [string, Moment | null])[] = [
  ['while the remote is asked', null],
  [
    'after the survey',
    (when, call, [path]) => when === 'before' && call === 'open' && ends(path, 'move.json.new'),
  ],
  [
    'when the first file was taken away',
    (when, call, [, to]) =>
      when === 'after' && call === 'rename' && to?.includes('gitsync/aside/') === true,
  ],
  [
    'before the index is published',
    (when, call, paths) => when === 'before' && publishes(call, paths),
  ],
]

const duringPass = async (b: Machine, moment: Moment | null, act: () => void): Promise<number> => {
  let times = 0
  hooked.hook = (when, call, paths) => {
    if (times > 0 || moment?.(when, call, paths) !== true) return
    times += 1
    act()
  }
  const { problem } = await pass(b, () => {
    if (moment !== null) return
    times += 1
    act()
  })
  hooked.hook = () => undefined
  expect(problem).toBeNull()
  return times
}

describe.each(moments)('in a folder that becomes a submodule, %s', (_, moment) => {
  it('what somebody makes under new names gets into a commit, outside of it', async () => {
    const { a, b } = openPair('')
    turn(a)
    const times = await duringPass(b, moment, () => {
      b.write('d/fresh.txt', 'fresh\n')
      b.write('d/sub/deeper/fresh.txt', 'deeper\n')
      symlinkSync('nowhere', b.at('d/sub/link'))
      writeFileSync(Buffer.from(`${b.path}/d/\xff`, 'latin1'), 'of no name\n')
    })
    expect(times).toBe(1)
    expect(await settle([b, a, b])).not.toBeNull()
    for (const machine of [a, b]) expect(faultsOf(machine), machine.name).toEqual([])
    const tree = treeOf(a)
    expect(tree.d).toMatch(/^160000 /)
    expect(Object.values(tree)).toEqual(
      expect.arrayContaining(['fresh', 'deeper', '120000 nowhere', 'of no name']),
    )
    expect(b.git('ls-files', '--others', '--ignored', '--exclude-standard')).toBe('')
    expect(existsSync(b.at('d/sub'))).toBe(false)
    expect(existsSync(b.at('d'))).toBe(true)
  })

  it('what is held back stays there, and in no commit', async () => {
    const { a, b } = openPair('/d/ignored\n')
    turn(a)
    writeFileSync(b.at('.git/info/exclude'), '/d/mine\n')
    const held = ['d/ignored', 'd/mine', 'd/.fresh.txt.swp'] as const
    const times = await duringPass(b, moment, () => {
      for (const path of held) b.write(path, `secret of ${path}\n`)
    })
    expect(times).toBe(1)
    expect(await settle([b, a, b])).not.toBeNull()
    for (const path of held) expect(readFileSync(b.at(path), 'utf8')).toBe(`secret of ${path}\n`)
    expect(Object.values(treeOf(a)).join('\n')).not.toContain('secret')
    expect(b.git('ls-files', '--others')).toBe('')
  })

  it('a repository of its own stays as it is', async () => {
    const { a, b } = openPair('')
    turn(a)
    const times = await duringPass(b, moment, () => {
      b.write('d/inner/f', 'inner\n')
      git(b.at('d/inner'), ['init', '-q'])
    })
    expect(times).toBe(1)
    expect(await settle([b, a, b])).not.toBeNull()
    expect(readFileSync(b.at('d/inner/f'), 'utf8')).toBe('inner\n')
    expect(existsSync(b.at('d/inner/.git'))).toBe(true)
  })
})
