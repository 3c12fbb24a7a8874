import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { hooked } from './hooked-files.js'
import { program } from './program.js'
import { temporaryFolder, writeFiles } from './temp-repositories.js'
import { openWorld, pass } from './three-machines.js'
import type { Machine, World } from './three-machines.js'

const worlds: World[] = []

/** After each test. */
export const closeWorlds = (): void => {
  hooked.hook = () => undefined
  for (const world of worlds.splice(0)) world.close()
}

export const keepWorld = (world: World): void => {
  worlds.push(world)
}

export const ends = (path: string | undefined, end: string): boolean => path?.endsWith(end) === true

export const openPair = (
  ignored: string,
): { readonly a: Machine; readonly b: Machine; readonly outside: string } => {
  const world = openWorld((folder) =>
    writeFiles(folder, {
      'd/edited.txt': 'base of edited\n',
      'd/gone.txt': 'base of gone\n',
      'd/stays.txt': 'stays\n',
      '.gitignore': ignored,
    }),
  )
  keepWorld(world)
  const outside = join(world.root, 'outside')
  writeFiles(outside, { bystander: 'bystander\n', 'empty/.keep': '' })
  const [a, b] = [world.machine('a'), world.machine('b')]
  return { a, b, outside }
}

/** Machine a edits, deletes and adds. */
export const remoteChanges = async (a: Machine): Promise<void> => {
  a.write('d/edited.txt', 'edited by the remote\n')
  a.remove('d/gone.txt')
  a.write('d/new.txt', 'new from the remote\n')
  expect((await pass(a)).problem).toBeNull()
}

/** Another process begins a pass, and is killed there, perhaps with git's lock of the index. */
export const killPass = ({ path }: Machine, step: string): void => {
  const env = { ...process.env, XDG_STATE_HOME: temporaryFolder(), GITSYNC_TEST_KILL_AT: step }
  expect(spawnSync(process.execPath, [program, 'once', path], { env }).signal).toBe('SIGKILL')
}

export const everyContent = (machine: Machine, folder = ''): readonly string[] =>
  readdirSync(machine.at(folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (path === '.git') return []
    if (entry.isDirectory()) return everyContent(machine, path)
    return entry.isFile() ? [readFileSync(machine.at(path), 'utf8')] : []
  })

export const inHistory = (machine: Machine): string =>
  machine.git('log', '-p', '--text', '-m', '--format=')

export const expectKept = (machine: Machine, contents: readonly string[]): void => {
  const there = everyContent(machine).join('\n')
  const history = inHistory(machine)
  for (const content of contents)
    for (const line of content.split('\n'))
      expect(there.includes(line) || history.includes(`+${line}`), line).toBe(true)
}
