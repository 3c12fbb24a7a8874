import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  git,
  requestFor,
  transportFor,
} from './playground.js'

const drop = (path: string, oid: string): void => {
  rmSync(join(path, '.git/objects', oid.slice(0, 2), oid.slice(2)))
}

/** A clone that has fetched two commits, each in files of its own, and not brought them in. */
const fetchedClone = () => {
  const bare = bareRepository()
  advance(bare, 'base')
  const clone = cloneOf(bare)
  advance(bare, 'one')
  const oid = advance(bare, 'two')
  git(clone.path, 'fetch', '--quiet', 'origin')
  return { clone, oid }
}

describe.each(both)('the %s transport', (transport) => {
  it.each(['HEAD', 'refs/gitsync/moving/main'])(
    'fetches again what the tracking ref names and was taken away, also beside %s',
    async (beside) => {
      const { clone, oid } = fetchedClone()
      if (beside !== 'HEAD') git(clone.path, 'update-ref', beside, oid)
      drop(clone.path, oid)
      const wire = transportFor(clone, { transport })
      expect(await wire.fetch(requestFor(clone))).toMatchObject({ oid })
      expect(git(clone.path, 'fsck', '--strict')).not.toMatch(/missing|broken/)
      expect(git(clone.path, 'for-each-ref')).toContain(oid)
    },
  )
})

describe('the git transport', () => {
  it.each(['origin/main~1', 'origin/main^{tree}'])(
    'fetches again %s, which the tracking ref needs and was taken away',
    async (name) => {
      const { clone, oid } = fetchedClone()
      drop(clone.path, git(clone.path, 'rev-parse', name))
      const wire = transportFor(clone, { transport: 'git' })
      expect(await wire.fetch(requestFor(clone))).toMatchObject({ oid })
      expect(git(clone.path, 'rev-list', '--objects', 'origin/main')).toContain(oid)
    },
  )
})
