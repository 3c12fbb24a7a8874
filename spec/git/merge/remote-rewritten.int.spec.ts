import { faultsOf, openWorld, pass, settle, treeOf } from '../../support/three-machines.js'
import type { World } from '../../support/three-machines.js'
import { afterEach, describe, expect, it } from 'vitest'
import { git, identify, temporaryFolder, writeFiles } from '../../support/temp-repositories.js'

const worlds: World[] = []

afterEach(() => {
  for (const world of worlds.splice(0)) world.close()
})

/** What somebody does to the remote, all of which git itself allows with force. */
const rewritings: readonly (readonly [string, (remote: string) => void])[] = [
  [
    'whose branch was force-pushed to an older commit with another on it',
    (remote) => {
      const tree = git(remote, ['rev-parse', 'main~1^{tree}'])
      const who = ['-c', 'user.name=X', '-c', 'user.email=x@y']
      const other = git(remote, [...who, 'commit-tree', '-p', 'main~1', '-m', 'instead', tree])
      git(remote, ['update-ref', 'refs/heads/main', other])
    },
  ],
  ['that was emptied', (remote) => void git(remote, ['update-ref', '-d', 'refs/heads/main'])],
  [
    'that was replaced by an unrelated history',
    (remote) => {
      const dir = temporaryFolder()
      git(dir, ['init', '-q', '-b', 'main'])
      identify(dir)
      writeFiles(dir, { 'shared.txt': 'of strangers\n', 'stranger.txt': 'stranger\n' })
      git(dir, ['add', '-A'])
      git(dir, ['commit', '-qm', 'unrelated'])
      git(dir, ['push', '-q', '--force', remote, 'main'])
    },
  ],
]

describe.each(['git', 'libgit2'] as const)('by the %s transport, a remote', (transport) => {
  it.each(rewritings)('%s costs nobody a version or a commit', async (_, rewrite) => {
    const world = openWorld((dir) => writeFiles(dir, { 'shared.txt': 'first\n' }))
    worlds.push(world)
    const [a, b] = [world.machine('a', { transport }), world.machine('b', { transport })]
    a.write('of a.txt', 'a\n')
    expect((await pass(a)).problem).toBeNull()
    expect(await settle([b, a])).not.toBeNull()
    const before = a.git('rev-parse', 'HEAD')
    rewrite(world.remote)
    b.write('unpushed.txt', 'b\n')
    b.write('shared.txt', 'edited by b\n')
    expect(await settle([b, a])).not.toBeNull()
    for (const machine of [a, b]) {
      expect(machine.git('merge-base', '--is-ancestor', before, 'HEAD')).toBe('')
      expect(Object.values(treeOf(machine))).toEqual(
        expect.arrayContaining(['a', 'b', 'edited by b']),
      )
      expect(faultsOf(machine)).toEqual([])
      expect(git(world.remote, ['rev-parse', 'main'])).toBe(machine.git('rev-parse', 'HEAD'))
    }
    expect(treeOf(b)).toEqual(treeOf(a))
  })
})
