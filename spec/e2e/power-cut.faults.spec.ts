import {
  bareRemote,
  commitAll,
  git,
  identify,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../support/temp-repositories.js'
import { faultsOf } from '../support/three-machines.js'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncOutcome } from '../../src/index.js'
import { bootAgain } from '../support/later.js'
import { chanceOf } from '../simulation/chance.js'
import type { CutDisk, Diary } from '../support/cut-disk.js'
import { openCutDisk } from '../support/cut-disk.js'
import type { Case } from '../support/power-cut-cases.js'
import { base, cases } from '../support/power-cut-cases.js'
import { endAll, gitsync, start } from '../support/program.js'

/**
 * `DISK='mkfs.xfs -q -f' MEBIBYTES=320 SEED=2 npx vitest run --project faults spec/e2e/power-cut.faults.spec.ts` takes
 * another file system, and other cuts of another course; OPTIONS are those of its mount, and CUTS is their number.
 */
const { DISK, OPTIONS = 'noatime', MEBIBYTES = '128', SEED = '1', CUTS = '4' } = process.env

/** Each file system keeps another part of what was not flushed: ext4 the order of names, btrfs not even that. */
const wanted =
  DISK === undefined
    ? [
        { make: 'mkfs.ext4 -q', chosen: cases },
        { make: 'mkfs.btrfs -q', chosen: cases.filter(({ name }) => name === 'a fast-forward') },
      ]
    : [{ make: DISK, chosen: cases }]

/** Only those that this machine lets us have; of the others it is said. */
const disks = wanted.flatMap(({ make, chosen }) => {
  const disk = openCutDisk(make, OPTIONS, Number(MEBIBYTES))
  return disk === null ? [] : [{ make, chosen, disk }]
})

/** Milliseconds for a case on a machine that does other things too. */
const timeout = 120_000 + 15_000 * Number(CUTS)

afterEach(endAll)

/** Of the remote, whose disk is another: where it is, and as it was before and after what is recorded. */
const remote = { now: bareRemote(), before: '', after: '' }

const copyOf = (folder: string, to = join(temporaryFolder(), 'remote')): string => {
  rmSync(to, { recursive: true, force: true })
  execFileSync('cp', ['-a', folder, to])
  return to
}

const pathOf = ({ folder }: CutDisk): string => join(folder, 'notes')

const once = (cut: CutDisk, flags: readonly string[] = []): readonly string[] => [
  'once',
  pathOf(cut),
  '--json',
  ...flags,
]

const environment = ({ folder }: CutDisk): NodeJS.ProcessEnv => ({
  XDG_STATE_HOME: join(folder, 'state'),
  XDG_CONFIG_HOME: join(folder, 'config'),
  GIT_AUTHOR_NAME: 'Ada Writer',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada Writer',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
})

/** @returns the commit that all begins with */
const setUp = async (cut: CutDisk, one: Case): Promise<string> => {
  const { theirs, ours, unpushed = [] } = one
  const [them, us] = [temporaryFolder(), pathOf(cut)]
  for (const name of ['notes', 'state', 'config'])
    rmSync(join(cut.folder, name), { recursive: true, force: true })
  rmSync(remote.now, { recursive: true, force: true })
  git(them, ['init', '-q', '--bare', remote.now])
  git(them, ['clone', '-q', remote.now, '.'])
  identify(them)
  writeFiles(them, base)
  one.base?.(them)
  commitAll(them, 'Base')
  git(them, ['push', '-q', 'origin', 'HEAD:main'])
  if (one.after !== 'again') {
    git(cut.folder, ['clone', '-q', remote.now, us])
    identify(us)
  }
  theirs?.(them)
  commitAll(them, 'Theirs')
  git(them, ['push', '-q', 'origin', 'HEAD:main'])
  for (const files of unpushed) {
    writeFiles(us, files)
    const { code } = await gitsync(once(cut, ['--no-push', '--no-pull']), environment(cut))
    expect(code).toBe(0)
  }
  ours?.(us)
  remote.before = copyOf(remote.now)
  return one.after === 'again' ? '' : git(us, ['rev-parse', 'HEAD'])
}

/** One pass with a diary, where each outcome is a mark once it was told. */
const record = async (
  cut: CutDisk,
  { flags, command, justNow }: Case,
): Promise<{ readonly diary: Diary; readonly told: readonly SyncOutcome[] }> => {
  let told: readonly SyncOutcome[] = []
  const diary = await cut.recorded(async (mark) => {
    justNow?.(pathOf(cut))
    const args = command?.(pathOf(cut), remote.now) ?? once(cut, flags)
    const running = start(args, environment(cut))
    let marked = 0
    running.child.stdout?.on('data', () => {
      for (; marked < running.outcomes.length; marked += 1) mark()
    })
    const { code, stderr } = await running.finished
    expect(code, stderr).toBe(0)
    told = running.outcomes
  })
  remote.after = copyOf(remote.now)
  return { diary, told }
}

/** Path and blob of each file, less the time in the name of a copy: a commit that is made anew has another. */
const filesIn = (folder: string): readonly string[] =>
  git(folder, ['ls-tree', '-r', 'HEAD'])
    .split('\n')
    .map((line) => line.replace(/(?<=sync-conflict-)\d{8}-\d{6}/, 'WHEN'))
    .toSorted()

/** The side of the remote that fits what was told; either where a push may have been under way. */
const sidesOf = (told: readonly SyncOutcome[]): readonly ['before' | 'after', ...'after'[]] => {
  const types = new Set(told.map(({ type }) => type))
  if (types.has('Pushed') || types.has('CycleSettled')) return ['after']
  const mayPush = ['CommitCreated', 'MergeCommitted', 'CommitsSquashed'] as const
  return mayPush.some((type) => types.has(type)) ? ['before', 'after'] : ['before']
}

const commitsOf = (told: readonly SyncOutcome[]): readonly string[] =>
  told.flatMap((one) => {
    if (one.type === 'CommitCreated' || one.type === 'MergeCommitted') return [one.oid]
    return one.type === 'FastForwarded' ? [one.to] : []
  })

const nameIn = (line: string): string => line.slice(line.indexOf('\t'))

/** What is not as expected, less the files whose content was torn in git's objects as well. */
const differencesIn = (folder: string, expected: readonly string[]): readonly string[] => {
  const found = filesIn(folder)
  const aside = join(folder, '.git/gitsync/torn')
  const objects = existsSync(join(aside, 'branches')) ? readdirSync(aside) : []
  const torn = expected.filter((line) => objects.some((oid) => line.includes(oid))).map(nameIn)
  const isOdd = (line: string): boolean => !(expected.includes(line) && found.includes(line))
  return [...expected, ...found].filter((line) => isOdd(line) && !torn.includes(nameIn(line)))
}

/** What stands in the work tree, whatever the index says of it. */
const contentOf = (cut: CutDisk): string => {
  const env = { GIT_INDEX_FILE: join(cut.folder, 'index') }
  rmSync(env.GIT_INDEX_FILE, { force: true })
  git(pathOf(cut), ['add', '-A'], { env })
  return git(pathOf(cut), ['write-tree'], { env })
}

/** What must hold when the power is back, and after one pass more. */
const expectKept = async (
  cut: CutDisk,
  { flags, command, after, justNow, byHand, faults = [] }: Case,
  keepsOrder: boolean,
  told: readonly SyncOutcome[],
  began: string,
  expected: readonly (readonly string[])[],
): Promise<void> => {
  const path = pathOf(cut)
  const at = (file: string): string => join(path, file)
  const bundle = () => tryGit(path, ['bundle', 'create', '-q', join(cut.folder, 'all'), '--all'])
  let tip = began
  if (existsSync(path) && tryGit(path, ['rev-parse', '--quiet', '--verify', 'main']).code === 0) {
    // All that a reference names is whole, whatever lies beside it.
    const { code, text } = bundle()
    if (code === 0) {
      const kept = git(path, ['rev-list', 'main', '--glob=refs/gitsync/former']).split('\n')
      expect(kept).toEqual(expect.arrayContaining([...commitsOf(told)]))
      tip = git(path, ['rev-parse', 'main'])
    } else expect([byHand, commitsOf(told)], text).toEqual([true, []])
  }
  bootAgain(join(path, '.git'))
  const again = after === 'again' ? command?.(path, remote.now) : undefined
  const { code, stderr, stdout } = await gitsync(again ?? once(cut, flags), environment(cut))
  // Where objects go without a trace it cannot be mended; then that is told, with what to do.
  if (byHand && !keepsOrder && code === 1 && stderr.includes('are damaged or missing: git fsck'))
    return
  expect(code, `${stderr}\n${stdout}`).toBe(0)
  // What was in no commit yet may be torn; nothing brings that back.
  if (justNow === undefined || tip !== began)
    expect(expected.map((files) => differencesIn(path, files))).toContainEqual([])
  expect(git(path, ['rev-parse', 'HEAD'])).toBe(git(remote.now, ['rev-parse', 'main']))
  if (faults.length === 0) expect(contentOf(cut)).toBe(git(path, ['rev-parse', 'HEAD^{tree}']))
  expect(bundle()).toEqual({ code: 0, text: '' })
  git(path, ['gc', '-q'])
  const found = faultsOf({ git: (...args) => git(path, args), at })
  // Of a commit by hand some objects are left, and others are not; nothing refers to them.
  expect(byHand ? found.filter((fault) => !fault.startsWith('fsck:')) : found).toEqual(faults)
}

/** So many places, spread over the whole diary. */
const placesIn = ({ length }: Diary): readonly number[] => {
  const chance = chanceOf(Number(SEED))
  const wanted = Math.min(Number(CUTS), length)
  return Array.from({ length: wanted }, (_, n) =>
    Math.ceil(((n + chance.next()) * length) / wanted),
  )
}

describe.runIf(disks.length > 0)('a power cut', { timeout }, () => {
  describe.each(disks)('on a disk by $make', ({ make, chosen, disk }) => {
    it.each(chosen)('in $name loses nothing', async (one) => {
      const files = () => disk.mounted(() => Promise.resolve(filesIn(pathOf(disk))))
      const began = await disk.mounted(() => setUp(disk, one))
      const before = one.after === 'either' ? [await files()] : []
      const { diary, told } = await record(disk, one)
      const expected = [...before, await files()]
      for (const [n, length] of placesIn(diary).entries()) {
        const chance = chanceOf(Number(SEED) * 1000 + n)
        const marks = diary.slice(0, length).filter(({ kind }) => kind === 'marked').length
        const heard = told.slice(0, marks)
        const side = chance.pick(sidesOf(heard))
        copyOf(remote[side], remote.now)
        try {
          await disk.afterCut(diary, length, chance, () =>
            expectKept(disk, one, !make.includes('btrfs'), heard, began, expected),
          )
        } catch (error) {
          const where = `after ${String(length)} of ${String(diary.length)}, the remote as ${side}`
          throw new Error(`Cut ${where}, SEED=${SEED}: ${String(error)}`, { cause: error })
        }
      }
    })
  })
})
