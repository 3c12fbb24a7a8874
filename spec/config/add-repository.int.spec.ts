import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adoptLegacy, planAddition, shownPath } from '../../src/config/write/add-repository.js'
import { loadConfig } from '../../src/config/file/load.js'
import { thisMachine } from '../../src/config/machine.js'
import type { Machine } from '../../src/config/machine.js'
import { resolveSettings } from '../../src/config/settings.js'
import { containing, faultsOf } from './faults.js'

let home = ''
let machine: Machine = thisMachine()

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'gitsync-config-')))
  machine = {
    ...thisMachine(),
    home,
    env: {},
    cwd: home,
    pathKind: (path) => (path.startsWith('/etc/') ? 'missing' : thisMachine().pathKind(path)),
  }
  for (const name of ['Notes', 'Articles']) mkdirSync(join(home, name))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

const write = (path: string, text: string): string => {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const read = (path: string): string => readFileSync(join(home, path), 'utf8')

const config = '.config/gitsync/config.json'
const legacy = '[gitsync]\nwork_dir = ~/Articles\n'

const add = (path: string, keys = {}, flag?: string) =>
  planAddition(flag, { path: join(home, path), ...keys }, machine).write()

/** The work trees that are in force now. */
const inForce = (): readonly string[] =>
  resolveSettings(loadConfig(undefined, machine).config, machine).map(({ path }) => path)

describe('a repository that is added', () => {
  it('begins a config, with a path from the home on', () => {
    add('Notes')
    expect(read(config)).toBe('{\n  "repos": [\n    { "path": "~/Notes" }\n  ]\n}\n')
    expect(readdirSync(join(home, '.config/gitsync'))).toEqual(['config.json'])
  })

  it('is written by nobody before it is asked for', () => {
    planAddition(undefined, { path: join(home, 'Notes') }, machine)
    expect(existsSync(join(home, '.config'))).toBe(false)
  })

  it('is there once, whatever way its path is written', () => {
    symlinkSync('Notes', join(home, 'link'))
    const text = '{ "repos": [{ "path": "../../link", "push": false }] }'
    write(config, text)
    const found = planAddition(undefined, { path: join(home, 'Notes') }, machine)
    found.write()
    expect(found).toMatchObject({ known: true, settings: { push: false } })
    expect(read(config)).toBe(text)
  })

  it('takes keys along, its paths as they are meant, and the defaults of the config', () => {
    write(config, '{ "defaults": { "debounce": "2s" } }')
    const keys = { sshKey: './key', fetchInterval: '30s' }
    const found = planAddition(undefined, { path: join(home, 'Notes'), ...keys }, machine)
    found.write()
    expect(JSON.parse(read(config))).toEqual({
      repos: [{ path: '~/Notes', sshKey: '~/key', fetchInterval: '30s' }],
      defaults: { debounce: '2s' },
    })
    expect(found.settings).toMatchObject({
      debounce: 2000,
      fetchInterval: 30_000,
      sshKey: join(home, 'key'),
    })
  })

  it('keeps the mode of the file, and the link that it may be', () => {
    const real = write('dotfiles/gitsync.json', '{ "repos": [] }')
    chmodSync(real, 0o600)
    mkdirSync(join(home, '.config/gitsync'), { recursive: true })
    symlinkSync(real, join(home, config))
    add('Notes')
    expect(readFileSync(real, 'utf8')).toContain('~/Notes')
    expect(statSync(real).mode & 0o777).toBe(0o600)
    expect(realpathSync(join(home, config))).toBe(real)
  })

  it.each([
    ['a file', () => symlinkSync('dotfiles/gitsync/own.json', join(home, 'own.json'))],
    [
      'another link',
      () => {
        symlinkSync('second', join(home, 'own.json'))
        symlinkSync('dotfiles/gitsync/own.json', join(home, 'second'))
      },
    ],
    [
      'a file in a folder that is a link to none yet',
      () => {
        symlinkSync('folder/own.json', join(home, 'own.json'))
        symlinkSync('dotfiles/gitsync', join(home, 'folder'))
      },
    ],
  ])('goes where a link leads that leads to %s, which need not exist', (_name, make) => {
    make()
    add('Notes', {}, './own.json')
    expect(read('dotfiles/gitsync/own.json')).toContain('~/Notes')
    expect(lstatSync(join(home, 'own.json')).isSymbolicLink()).toBe(true)
    add('Articles', {}, './own.json')
    expect(read('dotfiles/gitsync/own.json')).toContain('~/Articles')
  })

  it('is refused where a link leads to itself, before anything is touched', () => {
    symlinkSync('own.json', join(home, 'own.json'))
    const faults = faultsOf(() => planAddition('./own.json', { path: join(home, 'N') }, machine))
    expect(faults).toMatchObject([
      { key: join(home, 'own.json'), message: containing('a link that leads nowhere') },
    ])
    expect(readdirSync(home)).toContain('own.json')
  })

  it('goes to the file that is named, which need not exist', () => {
    add('Notes', {}, './own.json')
    expect(read('own.json')).toContain('~/Notes')
    expect(existsSync(join(home, '.config'))).toBe(false)
  })

  it.each([
    ['is no JSON', '{ "repos": [ }'],
    ['has a fault of its own', '{ "repos": [{ "path": "~/Notes", "conflikt": "halt" }] }'],
    ['names a work tree that is gone', '{ "repos": [{ "path": "~/Gone" }] }'],
  ])('is refused where the config %s, which stays', (_, text) => {
    write(config, text)
    expect(faultsOf(() => add('Articles'))).not.toEqual([])
    expect(read(config)).toBe(text)
  })

  it('keeps what somebody saved since it was planned', () => {
    write(config, '{ "repos": [] }')
    const found = planAddition(undefined, { path: join(home, 'Notes') }, machine)
    write(config, '{ "repos": [{ "path": "~/Articles" }] }')
    found.write()
    expect(JSON.parse(read(config))).toEqual({
      repos: [{ path: '~/Articles' }, { path: '~/Notes' }],
    })
  })

  it('does not overwrite what somebody saves in the same moment', () => {
    const text = '{ "repos": [{ "path": "~/Articles" }] }'
    write(config, '{ "repos": [] }')
    let isPlanned = false
    const found = planAddition(
      undefined,
      { path: join(home, 'Notes') },
      {
        ...machine,
        // Asked when the config was read already.
        realPath: (path) => {
          if (isPlanned) write(config, text)
          return machine.realPath(path)
        },
      },
    )
    isPlanned = true
    expect(faultsOf(() => found.write())).toMatchObject([{ message: containing('meanwhile') }])
    expect(read(config)).toBe(text)
    expect(readdirSync(join(home, '.config/gitsync'))).toEqual(['config.json'])
  })
})

describe('the INI of the Python gitsync', () => {
  it('is moved aside as it is, and its folders are carried over', () => {
    write('.config/gitsync', legacy)
    expect(add('Notes')).toBe(join(home, '.config/gitsync.ini'))
    expect(read('.config/gitsync.ini')).toBe(legacy)
    expect(readdirSync(join(home, '.config')).sort()).toEqual(['gitsync', 'gitsync.ini'])
    expect(inForce()).toEqual([join(home, 'Articles'), join(home, 'Notes')])
  })

  it('takes no name that is taken', () => {
    write('.config/gitsync', legacy)
    write('.config/gitsync.ini', 'of somebody')
    expect(add('Notes')).toBe(join(home, '.config/gitsync.2.ini'))
    expect(read('.config/gitsync.ini')).toBe('of somebody')
    expect(read('.config/gitsync.2.ini')).toBe(legacy)
  })

  it('is moved aside where the config has another place, too', () => {
    write('.config/gitsync', legacy)
    machine = { ...machine, env: { XDG_CONFIG_HOME: join(home, 'xdg') } }
    expect(adoptLegacy(undefined, machine)).toEqual({
      file: join(home, 'xdg/gitsync/config.json'),
      moved: join(home, '.config/gitsync.ini'),
    })
    expect(inForce()).toEqual([join(home, 'Articles')])
  })

  it('of which a work tree is missing stays, and is told', () => {
    write('.config/gitsync', '[gitsync]\nwork_dir = ~/Gone\n')
    expect(faultsOf(() => add('Notes'))).not.toEqual([])
    expect(readdirSync(join(home, '.config'))).toEqual(['gitsync'])
  })

  it.each([
    ['the new form is written', () => undefined],
    [
      'the old file has its second name',
      () => {
        linkSync(join(home, '.config/gitsync'), join(home, '.config/gitsync.ini'))
      },
    ],
    [
      'the old file has made room',
      () => {
        renameSync(join(home, '.config/gitsync'), join(home, '.config/gitsync.ini'))
      },
    ],
  ])('is read, or the new form is, after a kill when %s', (_, killed) => {
    write('.config/gitsync', legacy)
    write('.config/gitsync.new/config.json', '{ "repos": [{ "path": "~/Articles" }] }')
    killed()
    expect(inForce()).toEqual([join(home, 'Articles')])
    add('Notes')
    expect(inForce()).toEqual([join(home, 'Articles'), join(home, 'Notes')])
    expect(readdirSync(join(home, '.config')).sort()).toEqual(['gitsync', 'gitsync.ini'])
    expect(read('.config/gitsync.ini')).toBe(legacy)
  })
})

describe('a path as it is shown', () => {
  it.each([
    ['/home/ada/Notes', '~/Notes'],
    ['/home/ada', '/home/ada'],
    ['/home/adam/Notes', '/home/adam/Notes'],
    ['/home/ada/..notes', '~/..notes'],
    ['/srv/$x', '/srv/$$x'],
  ])('%s is %s', (path, shown) => {
    expect(shownPath(path, { home: '/home/ada' })).toBe(shown)
  })
})
