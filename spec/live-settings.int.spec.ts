import fs, { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Subscription } from 'rxjs'
import { Subject } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { thisMachine } from '../src/config/machine.js'
import { readConfig } from '../src/config/file/read-config.js'
import { liveSettings$ } from '../src/live-settings.js'
import { until } from './support/program.js'
import { temporaryFolder } from './support/temp-repositories.js'

const running: Subscription[] = []

afterEach(() => {
  for (const subscription of running.splice(0)) subscription.unsubscribe()
  vi.restoreAllMocks()
})

/** A config with these folders below a home of its own, followed. */
const follow = (...names: readonly string[]) => {
  const home = temporaryFolder()
  const file = join(home, 'own.json')
  const save = (...listed: readonly string[]): void => {
    for (const name of listed) mkdirSync(join(home, name), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify({ repos: listed.map((path) => ({ path })) }))
    renameSync(`${file}.new`, file)
  }
  save(...names)
  const reader = { flag: file, flags: {}, machine: { ...thisMachine(), home, cwd: home } }
  const first = readConfig(reader, new Set())
  if (first.kind === 'faults') throw new Error('The config has faults.')
  const said: string[] = []
  const told: string[] = []
  const asked$ = new Subject<void>()
  const say = (_: string, text: string): void => {
    said.push(text)
  }
  running.push(
    liveSettings$({ ...reader, first, asked$, say }).subscribe((settings) => {
      told.push(settings.map(({ path }) => path.slice(home.length + 1)).join(' '))
    }),
  )
  return { save, said, told, asked$ }
}

describe('liveSettings$', () => {
  it('gives what holds at first, and nothing again until that is another', async () => {
    const { save, said, told } = follow('a')
    expect(told).toEqual(['a'])
    save('a')
    save('a', 'b')
    await until('the change', () => told.length > 1)
    expect(told).toEqual(['a', 'a b'])
    expect(said).toEqual(['the config was changed: gitsync begins with b'])
  })

  it('says once that it cannot watch, and looks when it is asked to', async () => {
    vi.spyOn(fs, 'watch').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no watches are left'), { code: 'ENOSPC' })
    })
    const { save, said, told, asked$ } = follow('a')
    expect(said).toEqual([
      'the config cannot be watched: a change is seen after a minute, or at once with SIGHUP: ENOSPC: no watches are left',
    ])
    for (const names of [['a', 'b'], ['b']]) {
      save(...names)
      asked$.next()
      await until('the change', () => told.at(-1) === names.join(' '))
    }
    expect(said).toHaveLength(3)
    expect(told).toEqual(['a', 'a b', 'b'])
  })
})
