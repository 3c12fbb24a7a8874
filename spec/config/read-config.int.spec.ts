import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { configPlaces } from '../../src/config/file/locate.js'
import type { Machine } from '../../src/config/machine.js'
import { thisMachine } from '../../src/config/machine.js'
import { readConfig } from '../../src/config/file/read-config.js'
import type { ConfigReading } from '../../src/config/file/read-config.js'
import { temporaryFolder } from '../support/temp-repositories.js'

let home = ''
let machine: Machine = thisMachine()
let file = ''

beforeEach(() => {
  home = temporaryFolder()
  machine = { ...thisMachine(), home, env: {}, cwd: home }
  file = join(home, 'own.json')
  for (const name of ['Notes', 'Blog']) mkdirSync(join(home, name))
})

const read = (config: unknown, synced: readonly string[] = [], flags = {}): ConfigReading => {
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config))
  return readConfig({ flag: file, flags, machine }, new Set(synced))
}

const pathsOf = (reading: ConfigReading): readonly string[] | null =>
  reading.kind === 'faults' ? null : reading.settings.map(({ path }) => path)

const keysOf = (reading: ConfigReading): readonly string[] | null =>
  reading.kind === 'faults' ? reading.faults.map(({ key }) => key) : null

describe('readConfig', () => {
  it('gives what is in force, flags included', () => {
    const found = read({ repos: [{ path: '~/Notes' }] }, [], { push: false })
    expect(found).toMatchObject({ kind: 'settings', file, settings: [{ push: false }] })
  })

  it('gives every fault as a value, also of a file that is none any more', () => {
    expect(keysOf(read({ repos: [{ path: '~/Gone', conflikt: 'halt' }] }))).toHaveLength(2)
    expect(keysOf(read('{ "repos": ['))).toEqual([`${file}:1:13`])
    rmSync(file)
    const reader = { flag: file, flags: {}, machine }
    expect(keysOf(readConfig(reader, new Set()))).toEqual(['--config'])
    // Found, and gone before it is read.
    const late = { ...machine, pathKind: () => 'other' as const }
    expect(keysOf(readConfig({ ...reader, machine: late }, new Set()))).toEqual([file])
    mkdirSync(file)
    chmodSync(file, 0o700)
    expect(keysOf(readConfig(reader, new Set()))).toEqual(['--config'])
  })

  it('takes a list that was emptied for what it says, and no other fault with it', () => {
    expect(pathsOf(read({ repos: [] }))).toEqual([])
    expect(keysOf(read({ repos: [], defaults: { debounce: 'x' } }))).toContain('defaults.debounce')
    expect(keysOf(read({ repos: null }))).toEqual(['repos'])
    expect(keysOf(read({}))).toEqual(['repos'])
  })

  it('misses no work tree that is synced and away, but any other', () => {
    const config = { repos: [{ path: '~/Away' }, { path: '~/Notes' }] }
    const away = join(home, 'Away')
    expect(keysOf(read(config))).toEqual(['repos[0].path'])
    expect(pathsOf(read(config, [away]))).toEqual([away, join(home, 'Notes')])
    writeFileSync(away, 'a file')
    expect(keysOf(read(config, [away]))).toEqual(['repos[0].path'])
  })

  it('knows the places of a config', () => {
    expect(configPlaces('own.json', machine)).toEqual([file])
    expect(configPlaces(undefined, machine)).toEqual([
      join(home, '.config/gitsync/config.json'),
      join(home, '.config/gitsync'),
      join(home, '.config/gitsync.new/config.json'),
      '/etc/gitsync.cfg',
    ])
  })
})
