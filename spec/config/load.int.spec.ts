import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/file/load.js'
import { thisMachine } from '../../src/config/machine.js'
import type { Machine } from '../../src/config/machine.js'
import { resolveSettings } from '../../src/config/settings.js'
import { containing, faultsOf } from './faults.js'

let home = ''
let machine: Machine = thisMachine()

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gitsync-config-')))
  // A system-wide file of this machine's own must not be found.
  machine = {
    ...thisMachine(),
    home,
    env: {},
    cwd: home,
    pathKind: (path) => (path.startsWith('/etc/') ? 'missing' : thisMachine().pathKind(path)),
  }
})
afterEach(() => rm(home, { recursive: true, force: true }))

const write = async (path: string, text: string): Promise<string> => {
  const file = join(home, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  // A time in the past, so that any write shows.
  await utimes(file, 1_000_000_000, 1_000_000_000)
  return file
}

/** Everything that a write could change. */
const trace = async (file: string) => {
  const { mtimeNs, ctimeNs, ino, size } = await stat(file, { bigint: true })
  const names = await readdir(dirname(file))
  return { bytes: await readFile(file, 'hex'), mtimeNs, ctimeNs, ino, size, names }
}

describe('loadConfig', () => {
  it.each([
    ['its own JSON', '.config/gitsync/config.json', '{"repos":[{"path":"~/Notes"}]}', 'json'],
    [
      'JSON with odd blanks',
      '.config/gitsync/config.json',
      '\uFEFF{\r\n "repos" : [ {"path":"~/Notes"} ] }\n\n',
      'json',
    ],
    [
      'the INI of the Python gitsync',
      '.config/gitsync',
      '[gitsync]\nwork_dir = ~/Notes\n',
      'legacy',
    ],
  ])('reads %s and changes nothing', async (_, path, text, form) => {
    const file = await write(path, text)
    const before = await trace(file)
    expect(loadConfig(undefined, machine)).toEqual({
      file,
      form,
      config: { repos: [{ path: '~/Notes' }] },
    })
    expect(await trace(file)).toEqual(before)
  })

  it.each(['{"repos": [', '[]', 'null', '"text"', '7', '{"repos":7,"__internal__":{}}'])(
    'changes nothing where the file holds %s',
    async (text) => {
      const file = await write('bad.json', text)
      const before = await trace(file)
      const faults = faultsOf(() => resolveSettings(loadConfig(file, machine).config, machine))
      expect(faults.length).toBeGreaterThan(0)
      expect(await trace(file)).toEqual(before)
    },
  )

  it('makes neither file nor folder where there is no config, and says what to do', async () => {
    const faults = faultsOf(() => loadConfig(undefined, machine))
    expect(faults).toMatchObject([{ key: 'config', message: containing('gitsync run PATH') }])
    expect(faults[0]?.message).toContain(join(home, '.config/gitsync/config.json'))
    faultsOf(() => loadConfig(join(home, 'none/config.json'), machine))
    expect(await readdir(home)).toEqual([])
  })

  it('says where the JSON goes wrong', async () => {
    const file = await write('c.json', '{\n  "repos": [,]\n}\n')
    expect(() => loadConfig(file, machine)).toThrow(`${file}:2:13`)
  })

  it('says that a file cannot be read', () => {
    const blind: Machine = { ...machine, pathKind: () => 'other' }
    expect(() => loadConfig(home, blind)).toThrow(/cannot be read \(EISDIR/)
  })

  it('reads a pipe once, and knows what it said', async () => {
    const pipe = join(home, 'pipe')
    execFileSync('mkfifo', [pipe])
    const script = `echo '{"repos":[{"path":"~/Notes"}]}' >'${pipe}'`
    const writer = spawn('sh', ['-c', script], { stdio: 'ignore' })
    const written = once(writer, 'exit')
    const { config } = loadConfig(pipe, machine)
    await written
    expect(config).toEqual({ repos: [{ path: '~/Notes' }] })
    expect(loadConfig(pipe, machine).config).toEqual(config)
  })

  it('finds paths from the folder of the file, and work trees by their real path', async () => {
    const file = await write('etc/c.json', '{"repos":[{"path":"../Notes"},{"path":"~/link"}]}')
    await mkdir(join(home, 'Notes'))
    await mkdir(join(home, 'Articles'))
    await symlink('Articles', join(home, 'link'))
    const { config } = loadConfig(file, machine)
    expect(resolveSettings(config, machine).map(({ path }) => path)).toEqual([
      join(home, 'Notes'),
      join(home, 'Articles'),
    ])
  })
})
