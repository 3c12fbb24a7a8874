import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { barOf, openBar } from '../../src/cli/telling/progress-bar.js'
import type { Terminal } from '../../src/cli/telling/progress-bar.js'
import { progressIn } from '../../src/git/transport/transfer-progress.js'

const repo = '/home/ada/Notes'
const at = (percent: number) => ({
  repo,
  progress: { operation: 'push', phase: 'Writing objects', percent } as const,
})
const over = { repo, progress: null }

describe('progressIn', () => {
  it.each([
    [
      'Writing objects:  45% (9/20), 1.00 MiB | 2 MiB/s\r',
      { phase: 'Writing objects', percent: 45 },
    ],
    [
      'remote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2)',
      { phase: 'Counting objects', percent: 100 },
    ],
    [
      'Uploading LFS objects:  50% (1/2), 3 MB | 1 MB/s',
      { phase: 'Uploading LFS objects', percent: 50 },
    ],
  ])('reads %j', (text, told) => {
    expect(progressIn(text, 'push')).toEqual({ operation: 'push', ...told })
  })

  it('takes the end of what the server does for the beginning of what it sends', () => {
    const text = 'remote: Compressing objects: 100% (2/2), done.'
    const told = { operation: 'fetch', phase: 'Receiving objects', percent: 0 }
    expect(progressIn(text, 'fetch')).toEqual(told)
  })

  it.each(['Updating files', 'Filtering content'])('knows a checkout by %j', (phase) => {
    const told = { operation: 'checkout', phase, percent: 42 }
    expect(progressIn(`\r${phase}:  42% (421/1000)`, 'fetch')).toEqual(told)
  })

  it.each(['Enumerating objects: 3, done.', 'fatal: 50% (of it)', ''])(
    'finds none in %j',
    (text) => {
      expect(progressIn(text, 'fetch')).toBe(null)
    },
  )
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const erase = '\r\u001b[K'

const open = () => {
  const written: string[] = []
  const terminal: Terminal = {
    columns: 80,
    write: (text: string | Uint8Array) => {
      written.push(String(text))
      return true
    },
  }
  return { written, terminal, tell: openBar(terminal) }
}

describe('the bar', () => {
  it('is one line that fits', () => {
    expect(barOf(at(50), 80)).toBe(
      `Notes: pushing ${'█'.repeat(12)}${'░'.repeat(12)}  50% Writing objects`,
    )
    expect(barOf(at(50), 20)).toHaveLength(19)
    expect(barOf({ ...at(50), repo: '/home/a\u001b[2J' }, 80)).not.toContain('\u001b')
  })

  it('gives way to what is written, and goes with the transfer', () => {
    const { written, terminal, tell } = open()
    tell(at(1))
    vi.advanceTimersByTime(1_000)
    tell(at(50))
    terminal.write('a line\n')
    terminal.write('another\n')
    tell(at(60))
    tell(over)
    tell(over)
    expect(written).toEqual([
      erase + barOf(at(1), 80),
      erase + barOf(at(50), 80),
      erase,
      'a line\n',
      'another\n',
      erase + barOf(at(60), 80),
      erase,
    ])
  })

  it('comes after a second, also where nothing more is heard, and not for what is over by then', () => {
    const { written, tell } = open()
    tell(at(1))
    tell(at(2))
    vi.advanceTimersByTime(999)
    expect(written).toEqual([])
    vi.advanceTimersByTime(1)
    expect(written).toEqual([erase + barOf(at(2), 80)])
    tell(over)
    tell(at(3))
    vi.advanceTimersByTime(999)
    tell(over)
    vi.advanceTimersByTime(60_000)
    expect(written).toEqual([erase + barOf(at(2), 80), erase])
  })
})
