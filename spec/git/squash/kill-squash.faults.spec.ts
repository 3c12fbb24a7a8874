import { commitAt, ownClone, reachable, squash, subjects } from '../../support/squashing.js'
import type { Own } from '../../support/squashing.js'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { build } from '../../support/built.js'
import { openKillShim } from '../../support/kill-shim.js'
import type { Ended } from '../../support/kill-shim.js'
import { settingsOf } from '../../support/settings.js'
import { git, temporaryFolder, treeOf } from '../../support/temp-repositories.js'

const script = new URL('../../support/squash-child.mjs', import.meta.url).pathname
/** Null, and said, where a sweep cannot be: without Linux or a compiler. */
const shim = openKillShim()

/** Every so many changes; each with `SOAK=1`. */
const stride = process.env.SOAK === undefined ? 4 : 1

const made: { dist: string; template: Own; oids: string[] } = {
  dist: '',
  template: { dir: '', oids: new Set() },
  oids: [],
}

const copy = (): Own => {
  const dir = join(temporaryFolder(), 'copy')
  execFileSync('cp', ['-a', made.template.dir, dir])
  return { dir, oids: new Set(made.template.oids) }
}

const child = ({ dir, oids }: Own, at: number): Promise<Ended> => {
  if (shim === null) throw new Error('There is no shim.')
  const settings = JSON.stringify(settingsOf(dir, { squash: 3_600_000 }))
  return shim.run([script, made.dist, settings, [...oids].join(',')], { below: dir, at })
}

beforeAll(async () => {
  made.dist = build()
  const own = ownClone()
  // What is kept already makes the next one a chain.
  for (const at of [0, 10]) commitAt(own, at, { 'a.md': `${String(at)}\n` })
  await squash(own)
  for (const at of [70, 80, 140])
    commitAt(own, at, { 'a.md': `${String(at)}\n`, 'd/b.md': `${String(at)}\n` })
  made.template = own
  made.oids = git(own.dir, ['rev-list', 'HEAD']).split('\n')
})

const expectNothingLost = ({ dir }: Own): void => {
  expect(git(dir, ['fsck', '--strict', '--no-dangling'])).toBe('')
  expect(git(dir, ['status', '--porcelain'])).toBe('')
  expect(treeOf(dir)).toEqual(treeOf(made.template.dir))
  for (const oid of made.oids) expect(reachable(dir)).toContain(oid)
}

describe.skipIf(shim === null)('a squash that is killed', () => {
  it('in place of any change that it makes has lost nothing, and is done by the next pass', async () => {
    const whole = await child(copy(), 0)
    expect(whole).toMatchObject({ code: 0 })
    const { changes } = whole
    // What opens every repository comes before, and is killed elsewhere.
    const start = changes.findIndex((change) => change.includes('.git/objects')) + 1
    expect(changes.length - start).toBeGreaterThan(20)
    for (let at = start; at <= changes.length; at += stride) {
      const own = copy()
      expect((await child(own, at)).signal, String(at)).toBe('SIGKILL')
      expectNothingLost(own)
      const report = await squash(own)
      expect(report, `${String(at)}: ${changes[at - 1] ?? ''}`).toMatchObject({
        type: 'Squashed',
        position: { ahead: 3 },
      })
      expectNothingLost(own)
      expect(subjects(own.dir, 'origin/main..HEAD')).toHaveLength(3)
    }
  }, 600_000)
})
