import { describe, expect, it } from 'vitest'
import { locateConfig } from '../../src/config/file/locate.js'
import { fakeMachine } from './fake-machine.js'
import { containing, faultsOf } from './faults.js'

const own = '/home/ada/.config/gitsync/config.json'
const legacy = '/home/ada/.config/gitsync'
const system = '/etc/gitsync.cfg'
const moved = '/xdg/gitsync/config.json'
const xdg = { XDG_CONFIG_HOME: '/xdg' }

describe('locateConfig', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['its own place first', [own, system], {}, own],
    ['the place that XDG names', [moved, own, legacy], xdg, moved],
    ["not the home's where XDG names another", [own, system], xdg, system],
    ["the home's where XDG is relative", [own], { XDG_CONFIG_HOME: 'xdg' }, own],
    ["the home's where XDG is empty", [own], { XDG_CONFIG_HOME: '' }, own],
    ['the file of the Python gitsync', [legacy, system], xdg, legacy],
    ['that of the system last', [system], {}, system],
  ])('finds %s', (_, files, env, file) => {
    expect(locateConfig(undefined, fakeMachine({ files, env }))).toEqual({ kind: 'found', file })
  })

  it('says where to write one, and takes no directory for a file', () => {
    const machine = fakeMachine({ directories: [legacy, own] })
    expect(locateConfig(undefined, machine)).toEqual({ kind: 'absent', place: own })
  })

  it.each([
    ['/a.json', '/a.json'],
    ['~/a.json', '/home/ada/a.json'],
    ['a.json', '/work/a.json'],
  ])('--config %s comes first', (flag, file) => {
    const machine = fakeMachine({ files: [own, file] })
    expect(locateConfig(flag, machine)).toEqual({ kind: 'found', file })
  })

  it.each([
    ['/none', 'does not exist'],
    ['/home/ada/Notes', 'is a directory'],
    ['~grace/a', 'another user'],
    ['', 'not empty'],
  ])('--config %s is a fault, and nothing else is looked for', (flag, words) => {
    expect(faultsOf(() => locateConfig(flag, fakeMachine({ files: [own] })))).toEqual([
      { key: '--config', value: flag, message: containing(words) },
    ])
  })
})
