import { describe, it } from 'vitest'
import { changesOf, everything } from '../../src/actors/changes.js'
import type { RepoCommand } from '../../src/actors/commands.js'
import { holdWhileWritten } from '../../src/streams/hold-while-written.js'
import { marbles } from './marbles.js'

const changed = (...paths: string[]): RepoCommand => ({
  type: 'Sync',
  trigger: 'worktree-changed',
  changes: changesOf(paths),
})
const commands: Record<string, RepoCommand> = {
  s: changed('small'),
  f: changed('film'),
  b: changed('small', 'film'),
  r: { type: 'Sync', trigger: 'rescan', changes: everything },
}

/** Looks at the film that find it being written, before it rests. */
const restsAfter = (looks: number) => {
  let left = looks
  return (path: string): boolean => {
    if (path !== 'film') return false
    left -= 1
    return left >= 0
  }
}

describe('what is being written', () => {
  it.each([
    ['rests, and goes on as it was', 0, 'b|', 'b|'],
    ['waits until it rests; the others do not', 2, 'b 1s -|', 's 499ms f 501ms |'],
    ['is waited for once, whatever comes meanwhile', 3, 'f 99ms f 899ms b|', '750ms f 249ms b|'],
    ['goes on at the latest after so long', 99, 'f|', '1s (f|)'],
    ['holds no look at everything back', 2, 'fr 1s |', '-r 498ms f 501ms |'],
  ] as const)('%s', (_, looks, source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const holding = { isWritten: restsAfter(looks), quiet: 250, longest: 1_000 }
      expectObservable(cold(source, commands).pipe(holdWhileWritten(holding))).toBe(
        expected,
        commands,
      )
    })
  })
})
