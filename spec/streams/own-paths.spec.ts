import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalPlaces } from '../../src/streams/journal.js'
import { ownPathsIn } from '../../src/streams/own-paths.js'

let folder = ''
let root = ''

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'gitsync-own-')))
  root = join(folder, 'work')
  mkdirSync(root)
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('what gitsync itself writes to in a work tree', () => {
  it('is what lies below it, whether it is there already or not', () => {
    const places = [join(root, 'a/b'), join(root, '..a'), join(folder, 'c'), folder, root]
    expect([...ownPathsIn(root, places)]).toEqual(['a/b', '..a'])
  })

  it('is found through symbolic links', () => {
    symlinkSync(root, join(folder, 'link'))
    symlinkSync(folder, join(root, 'out'))
    const places = [join(folder, 'link', 'log'), join(root, 'out', 'log')]
    expect([...ownPathsIn(root, places)]).toEqual(['log'])
  })

  it('is the own journal where the state folder itself is synced', () => {
    const own = ownPathsIn(root, journalPlaces(root, root))
    expect([...own].map((path) => path.replace(/-.*ndjson/, ''))).toEqual([
      ...['work', 'work.1', 'work.2', 'work.3'],
    ])
  })
})
