import { faultsOf, machineAt, openWorld, pass, treeOf } from '../../support/three-machines.js'
import type { Machine } from '../../support/three-machines.js'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from '../../support/built.js'
import { changeable } from '../../support/changeable.js'
import { openKillShim } from '../../support/kill-shim.js'
import type { Ended } from '../../support/kill-shim.js'
import { settingsOf } from '../../support/settings.js'
import { git } from '../../support/temp-repositories.js'

const script = new URL('../../support/move-child.mjs', import.meta.url).pathname
/** Null, and said, where a sweep cannot be: without Linux or a compiler. */
const shim = openKillShim()

/** Commits that nobody has: a submodule is never looked into. */
const [one, two] = ['1'.repeat(40), '2'.repeat(40)]
const submodule = (folder: string, path: string, oid: string): void => {
  mkdirSync(join(folder, path), { recursive: true })
  git(folder, ['update-index', '--add', '--cacheinfo', `160000,${oid},${path}`])
}

const base = {
  ...changeable,
  'becomes a submodule': 'base of no submodule\n',
} as const

const world = openWorld((folder) => {
  const machine = machineAt(folder)
  for (const [path, content] of Object.entries(base)) machine.write(path, content)
  submodule(folder, 'submodule', one)
  submodule(folder, 'submodule that becomes a file', one)
  submodule(folder, 'submodule that goes', one)
})
const made = { dist: '', count: 0, template: '', head: '' }
const opened: Machine[] = []
/** Trees of the branch that was left, and of the remote. */
const trees = { base: {}, remote: {} } as Record<
  'base' | 'remote',
  Readonly<Record<string, string>>
>

const copyOf = (template: string): string => {
  made.count += 1
  const path = join(world.root, `copy-${String(made.count)}`)
  execFileSync('cp', ['-a', template, path])
  execFileSync('cp', ['-a', world.remote, `${path}.git`])
  git(path, ['remote', 'set-url', 'origin', `${path}.git`])
  return path
}

const machineOf = (path: string): Machine => {
  const machine = machineAt(path)
  opened.push(machine)
  return machine
}

const removeCopy = (machine: Machine): void => {
  machine.workTree.close()
  rmSync(machine.path, { recursive: true })
  rmSync(`${machine.path}.git`, { recursive: true })
}

interface Wishes {
  /** The change that never comes; 0: every one comes. */
  readonly at?: number
  readonly refuse?: string
  /** The step that is the last. */
  readonly until?: 'inspect'
  readonly env?: NodeJS.ProcessEnv
}

/** A pass in a process of its own. */
const child = (path: string, wishes: Wishes = {}): Promise<Ended> => {
  const { at = 0, until, ...how } = wishes
  const settings = JSON.stringify(settingsOf(path, { transport: 'git' }))
  const args = [script, made.dist, settings, ...(until === undefined ? [] : [until])]
  if (shim === null) throw new Error('There is no shim.')
  return shim.run(args, { below: path, at, ...how })
}

const killedAt = async (step: string): Promise<string> => {
  const path = copyOf(made.template)
  const { signal } = await child(path, { env: { GITSYNC_TEST_KILL_AT: step } })
  expect(signal).toBe('SIGKILL')
  return path
}

/** What a person does who finds a repository in mid-move. */
const checkOut = (path: string, branch: string): void => {
  rmSync(join(path, '.git/index.lock'), { force: true })
  git(path, ['checkout', '-q', branch])
}

const isCopy = (path: string): boolean => path.includes('.sync-conflict-')

/** Each path as it should be, or with what was written late to it; beside them nothing but copies of that. */
const expectTree = (
  machine: Machine,
  expected: Readonly<Record<string, string>>,
  late: ReadonlySet<string>,
): void => {
  const found = treeOf(machine)
  const odd = Object.entries(found).filter(
    ([path, content]) =>
      content !== expected[path] && !(late.has(content) && (path in expected || isCopy(path))),
  )
  expect(odd).toEqual([])
  expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(expected)))
  for (const content of late) expect(Object.values(found)).toContain(content)
}

const none: ReadonlySet<string> = new Set()

const expectAtRest = async (machine: Machine): Promise<void> => {
  expect((await pass(machine)).problem).toBeNull()
  expect(faultsOf(machine)).toEqual([])
  const locks = readdirSync(machine.at('.git'), { recursive: true, encoding: 'utf8' })
  expect(locks.filter((name) => name.endsWith('.lock') && !name.includes('instance'))).toEqual([])
}

const expectLevel = async (machine: Machine, late = none): Promise<void> => {
  await expectAtRest(machine)
  expectTree(machine, trees.remote, late)
  expect(machine.git('rev-list', '--count', 'HEAD..origin/main')).toBe('0')
}

/** What a program that had a file open writes to what was taken away. */
const lateIn = (path: string, content: string): ReadonlySet<string> => {
  const aside = join(path, '.git/gitsync/aside')
  const [name] = readdirSync(aside).filter(
    (one) => readFileSync(join(aside, one), 'utf8') === content,
  )
  expect(name).toBeDefined()
  appendFileSync(join(aside, name ?? ''), 'written late\n')
  return new Set([`${content}written late`])
}

beforeAll(() => {
  made.dist = build()
  const a = world.machine('a')
  const b = world.machine('b')
  trees.base = treeOf(b)
  made.head = b.git('rev-parse', 'HEAD')
  a.write('edited', 'edited by the remote\n')
  a.write('d/edited', 'd/edited by the remote\n')
  a.write('new', 'new from the remote\n')
  a.write('n/e/w', 'n/e/w from the remote\n')
  a.remove('gone')
  a.remove('d/e/gone')
  chmodSync(a.at('script'), 0o755)
  a.remove('becomes a folder')
  a.write('becomes a folder/inner', 'inner of the remote\n')
  a.remove('becomes a file')
  a.write('becomes a file', 'a file of the remote\n')
  a.remove('becomes a link')
  symlinkSync('edited', a.at('becomes a link'))
  a.remove('becomes a submodule')
  a.remove('submodule that becomes a file')
  a.write('submodule that becomes a file', 'no submodule any more\n')
  a.remove('submodule that goes')
  a.git('add', '-A')
  submodule(a.path, 'becomes a submodule', one)
  submodule(a.path, 'submodule', two)
  a.git('commit', '-q', '-m', 'remote')
  a.git('push', '-q')
  trees.remote = treeOf(a)
  b.git('branch', 'other')
  b.workTree.close()
  made.template = b.path
})

afterAll(() => {
  for (const { workTree } of opened) workTree.close()
  world.close()
})

describe.runIf(shim !== null)('after a kill, on another branch', () => {
  it.each(['journal-written', 'removed:3', 'placed', 'placed:8', 'index-moved'])(
    'at %s, nothing of the move is there, and all that was before',
    async (step) => {
      const path = await killedAt(step)
      checkOut(path, 'other')
      const machine = machineOf(path)
      await expectAtRest(machine)
      expect(machine.git('rev-parse', 'other')).toBe(made.head)
      expectTree(machine, trees.base, none)
      for (const folder of ['submodule', 'submodule that becomes a file', 'submodule that goes'])
        expect(existsSync(machine.at(folder)), folder).toBe(true)
      expect(existsSync(machine.at('becomes a folder/inner'))).toBe(false)
      machine.git('checkout', '-q', 'main')
      await expectLevel(machine)
    },
  )

  it.each(['placed:8', 'index-moved'])(
    'at %s, an ignored file that is the same as a new one stays, also when a redo was killed',
    async (step) => {
      const template = copyOf(made.template)
      appendFileSync(join(template, '.git/info/exclude'), '/new\n')
      writeFileSync(join(template, 'new'), 'new from the remote\n')
      const before = made.template
      made.template = template
      const path = await killedAt(step).finally(() => {
        made.template = before
      })
      rmSync(join(path, '.git/index.lock'), { force: true })
      await child(path, { env: { GITSYNC_TEST_KILL_AT: 'index-moved' } })
      checkOut(path, 'other')
      const machine = machineOf(path)
      await expectAtRest(machine)
      expectTree(machine, trees.base, none)
      expect(readFileSync(machine.at('new'), 'utf8')).toBe('new from the remote\n')
      expect(existsSync(machine.at('n'))).toBe(false)
    },
  )

  it('a move that was over takes nothing back', async () => {
    const path = await killedAt('ref-moved')
    checkOut(path, 'other')
    const machine = machineOf(path)
    // Content that the other branch has too is a person's own here.
    machine.write('new', 'new from the remote\n')
    machine.remove('gone')
    await expectAtRest(machine)
    const { gone, ...others } = trees.base
    expect(gone).toBeDefined()
    expect(treeOf(machine)).toEqual({ ...others, new: 'new from the remote' })
    machine.git('checkout', '-q', 'main')
    await expectLevel(machine)
  })

  it('a file with other rights is another file', async () => {
    const template = copyOf(made.template)
    git(template, ['checkout', '-q', 'other'])
    chmodSync(join(template, 'edited'), 0o755)
    git(template, ['commit', '-qam', 'rights'])
    git(template, ['checkout', '-q', 'main'])
    const before = made.template
    made.template = template
    const path = await killedAt('index-moved').finally(() => {
      made.template = before
    })
    rmSync(join(path, '.git/index.lock'))
    git(path, ['checkout', '-q', '-f', 'other'])
    const machine = machineOf(path)
    machine.write('edited', 'edited by the remote\n')
    chmodSync(machine.at('edited'), 0o644)
    await expectAtRest(machine)
    expect(treeOf(machine).edited).toBe('edited by the remote')
  })
})

describe.runIf(shim !== null)('after a kill when all was moved', () => {
  it('what a person does before the restart is an edit like any other', async () => {
    const machine = machineOf(await killedAt('ref-moved'))
    machine.write('edited', 'edited by the remote, and then by hand\n')
    machine.remove('d/edited')
    machine.remove('new')
    await expectAtRest(machine)
    const { 'd/edited': gone, new: fresh, ...others } = trees.remote
    expect([gone, fresh]).not.toContain(undefined)
    expect(treeOf(machine)).toEqual({
      ...others,
      edited: 'edited by the remote, and then by hand',
    })
  })

  it('what was written to the old version is kept', async () => {
    const path = await killedAt('ref-moved')
    const late = lateIn(path, 'base of edited\n')
    await expectLevel(machineOf(path), late)
  })

  it('a branch that somebody else brought there is still looked at', async () => {
    const path = await killedAt('placed')
    rmSync(join(path, '.git/index.lock'))
    git(path, ['reset', '-q', 'origin/main'])
    await expectLevel(machineOf(path))
  })
})

/** What is the same before and after for everybody but `git gc`. */
const isScratch = (change: string): boolean => change.includes('objects/tmp_object')

/** Of the changes, every how manieth is a kill: `SOAK=1 npx vitest run --project faults spec/git/checkout/kill-undo.faults.spec.ts` takes each. */
const stride = process.env.SOAK === undefined ? 4 : 1

/** Kills in place of changes, from the first one of this kind on; what heals then is looked at. */
const sweep = async (
  template: string,
  how: (path: string) => Wishes,
  begins: RegExp,
  healed: (machine: Machine) => Promise<void>,
): Promise<void> => {
  const control = machineOf(copyOf(template))
  const { changes } = await child(control.path, how(control.path))
  removeCopy(control)
  const from = changes.findIndex((change) => begins.test(change))
  expect(from).toBeGreaterThan(0)
  const due = changes.map((change, n) => ({ change, at: n + 1 })).slice(from)
  const chosen = due.filter(({ change }) => !isScratch(change))
  expect(chosen.length).toBeGreaterThan(30)
  for (const { change, at } of chosen.filter((_, n) => n % stride === 0)) {
    const machine = machineOf(copyOf(template))
    const { signal } = await child(machine.path, { ...how(machine.path), at })
    try {
      expect(signal).toBe('SIGKILL')
      machine.git('fsck', '--no-dangling', '--no-progress')
      await healed(machine)
    } catch (error) {
      throw new Error(`Killed in place of ${change}: ${String(error)}`, { cause: error })
    }
    removeCopy(machine)
  }
}

/** Milliseconds that a sweep may take on a machine that does other things too. */
const patience = 1_200_000

describe.runIf(shim !== null)('a kill at every change', { timeout: patience }, () => {
  /** The lock of the index is held. */
  const begins = / link \.git\/gitsync\/index$/

  it('of an undo for another branch', async () => {
    const template = await killedAt('placed:8')
    const late = lateIn(template, 'base of edited\n')
    checkOut(template, 'other')
    await sweep(
      template,
      () => ({ until: 'inspect' }),
      begins,
      async (machine) => {
        await expectAtRest(machine)
        expectTree(machine, trees.base, late)
        machine.git('checkout', '-q', 'main')
        await expectLevel(machine)
      },
    )
  })

  it('of a redo', async () => {
    const template = await killedAt('placed:8')
    const late = lateIn(template, 'base of edited\n')
    await sweep(
      template,
      () => ({ until: 'inspect' }),
      begins,
      (machine) => expectLevel(machine, late),
    )
  })

  it('of an undo of what cannot be done', async () => {
    const refuse = (path: string): Wishes => ({ refuse: join(path, 'script') })
    const control = copyOf(made.template)
    const { code } = await child(control, refuse(control))
    expect(code).toBe(1)
    expect(git(control, ['status', '--porcelain'])).toBe('')
    await sweep(made.template, refuse, /gitsync\/move\.json$/, expectLevel)
  })
})
