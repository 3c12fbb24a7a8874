import picocolors from 'picocolors'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { statusText } from '../../src/cli/telling/status-text.js'
import type { Screen } from '../../src/cli/telling/terminal.js'
import { shortNames, shownPath } from '../../src/cli/telling/terminal.js'
import type { RepositoryStatus } from '../../src/index.js'
import { oid, problem } from '../support/facts.js'

const now = Date.UTC(2026, 10, 24, 12)
const ago = (seconds: number): string => new Date(now - seconds * 1_000).toISOString()

const screen = (columns = Number.POSITIVE_INFINITY, colour = false): Screen => ({
  columns,
  colours: picocolors.createColors(colour),
  now,
  home: '/home/ada',
  host: 'here',
})

const well: RepositoryStatus = {
  repo: '/home/ada/Notes',
  branch: 'main',
  head: oid('a'),
  state: 'up-to-date',
  since: ago(60),
  ahead: 0,
  behind: 0,
  dirty: 0,
  skipped: [],
  lastSync: ago(12),
  nextTry: null,
  problem: null,
  daemon: { pid: 7, host: 'here' },
}

const refused: RepositoryStatus = {
  ...well,
  repo: '/home/ada/Küche und 日本語のノート',
  state: 'halted',
  since: ago(3 * 3_600),
  ahead: 2,
  behind: 1,
  dirty: 3,
  lastSync: null,
  nextTry: ago(-40),
  problem: { kind: 'authentication', message: 'No key\nwas taken.', remedy: 'Load a key.' },
}

const lines = (statuses: readonly RepositoryStatus[], on: Screen = screen()): readonly string[] =>
  statusText(statuses, on).split('\n')

describe('the status for people', () => {
  it('calls no branch level that has no commit yet', () => {
    expect(lines([{ ...well, head: null }]).join('\n')).not.toContain('level')
  })

  it('is a table, with the remedy on a line of its own', () => {
    expect(lines([well, refused])).toEqual([
      'REPOSITORY                  BRANCH  STATE       FOR  REMOTE  CHANGES  LAST SYNC  NEXT TRY',
      '~/Notes                     main    up to date  1m   level   –        12s ago    –',
      '~/Küche und 日本語のノート  main    halted      3h   ↑2 ↓1   3        never      in 40s',
      '  authentication: No key was taken.',
      '  → Load a key.',
      'daemon: running (pid 7)',
    ])
  })

  it('tells since when, also where a table has no room, unless that is not known', () => {
    const narrow = (since: string | null) => lines([{ ...well, since }], screen(40))[1]
    expect(narrow(ago(90))).toBe('  up to date for 1m')
    expect(narrow(ago(-5))).toBe('  up to date for 0s')
    expect(narrow(ago(40 * 86_400))).toBe('  up to date for 5w')
    expect(narrow(null)).toBe('  up to date')
    expect(lines([{ ...well, since: null }])[1]).toContain('up to date  –    level')
  })

  it('tells how many paths are left out, the first few with reason and remedy', () => {
    const secret = { path: 'a\u001bb.md', reason: 'secret', rule: 'github', line: 12 } as const
    const skipped = [
      { ...secret, remedy: 'Take it out.' },
      ...['1', '2', '3', '4'].map((name) => ({
        path: `${name}.iso`,
        reason: 'too-large' as const,
        remedy: 'Raise it.',
      })),
    ]
    expect(lines([{ ...well, skipped }]).slice(2, -1)).toEqual([
      '  5 paths are left out:',
      '    a�b.md (secret: github, line 12)',
      '    → Take it out.',
      '    1.iso (too-large)',
      '    → Raise it.',
      '    2.iso (too-large)',
      '    → Raise it.',
      '    and 2 more: gitsync status --json',
    ])
    expect(lines([{ ...well, skipped: skipped.slice(0, 1) }])[2]).toBe('  1 path is left out:')
    expect(lines([{ ...well, skipped: null }])).toHaveLength(3)
  })

  it.each([20, 40, 60, 71, 80, 100, 200])('fits into %i columns', (columns) => {
    const long = { ...refused, repo: `/srv/${'long/'.repeat(40)}end`, branch: 'b'.repeat(90) }
    const wordy = { ...long, problem: problem('declined', 'word '.repeat(60)) }
    const skipped = [
      { path: 'long/'.repeat(40), reason: 'too-deep', remedy: 'Up. '.repeat(40) },
    ] as const
    const shown = lines([well, refused, { ...wordy, skipped }], screen(columns, true))
    for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    expect(shown.join(' ')).toContain('end')
  })

  it('aligns what is wide, and cuts a path where it tells least', () => {
    const long = { ...well, repo: '/home/ada/a folder with a long name/and one more/Notes' }
    const shown = lines([long, refused], screen(80))
    const column = (line: string): number => stringWidth(line.slice(0, line.indexOf('main')))
    expect(column(shown[1] ?? '')).toBe(column(shown[2] ?? ''))
    expect(shown[1]).toMatch(/^….*Notes +main/)
  })

  it('says what is synced by whom', () => {
    const idle = { ...well, repo: '/home/ada/Idle', daemon: null }
    const other = { ...well, repo: '/home/ada/Other', daemon: { pid: 9, host: 'there' } }
    expect(lines([idle]).at(-1)).toBe('daemon: not running')
    expect(lines([well, idle]).at(-1)).toBe('daemon: running (pid 7); none for ~/Idle')
    expect(lines([well, other]).at(-1)).toBe(
      'daemon: running (pid 7) for ~/Notes; running (pid 9 on there) for ~/Other',
    )
  })

  it('lets no name and no word of a server steer the terminal', () => {
    const sly = problem('declined', 'a\u001b[2Jb\u0007c\u202ed')
    const shown = lines([{ ...refused, repo: '/srv/\u001b]0;x\u0007', problem: sly }])
    expect(shown.join('')).not.toMatch(/\p{Cc}|\u202e/u)
  })

  it('is coloured only where that is wished for', () => {
    expect(statusText([well], screen(80, true))).toContain('\u001b[32m')
    expect(statusText([well], screen(80, false))).not.toContain('\u001b')
  })
})

describe('names of repositories', () => {
  it('are as people write them', () => {
    expect(shownPath('/home/ada/x', screen())).toBe('~/x')
    expect(shownPath('/home/adam/x', screen())).toBe('/home/adam/x')
  })

  it('are as short as can be told apart', () => {
    const paths = ['/a/Notes', '/b/Notes', '/b/Other', '/c/b/Notes']
    expect([...shortNames(paths).values()]).toEqual(['a/Notes', '/b/Notes', 'Other', 'c/b/Notes'])
  })
})
