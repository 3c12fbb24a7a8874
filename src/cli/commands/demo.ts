import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { SyncOutcome } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import { handOverSignals } from '../early-signals.js'
import { follow } from '../follow.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { logOptionsOf } from '../asked/global-options.js'

interface Stage {
  readonly folder: string
  readonly laptop: string
  readonly desktop: string
}

/** Milliseconds between two looks, and how long a step of the story may take. */
const patience = { look: 50, longest: 60_000 } as const

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const git = (cwd: string, ...args: readonly string[]): void => {
  execFileSync('git', args, { cwd, stdio: 'pipe' })
}

/** A throw-away bare repository as the remote, and two clones of it. */
const build = (): Stage => {
  const folder = mkdtempSync(join(tmpdir(), 'gitsync-demo-'))
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', 'remote.git')
  for (const name of ['laptop', 'desktop']) {
    git(folder, 'clone', '--quiet', 'remote.git', name)
    git(join(folder, name), 'config', 'user.name', `Demo on ${name}`)
    git(join(folder, name), 'config', 'user.email', `${name}@demo.invalid`)
  }
  return { folder, laptop: join(folder, 'laptop'), desktop: join(folder, 'desktop') }
}

const filesOf = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder)
      .filter((name) => name !== '.git')
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const start = performance.now()
  while (!holds()) {
    if (performance.now() - start > patience.longest)
      throw new Error(`The demo waited for: ${what}`)
    await sleep(patience.look)
  }
}

const areEqual = ({ laptop, desktop }: Stage): boolean =>
  JSON.stringify([...filesOf(laptop)]) === JSON.stringify([...filesOf(desktop)])

const arrived = async (
  stage: Stage,
  what: string,
  ...needles: readonly string[]
): Promise<void> => {
  await until(what, () => {
    const text = [...filesOf(stage.desktop).values()].join('\n')
    return areEqual(stage) && needles.every((needle) => text.includes(needle))
  })
}

/** Three things that happen to people: an edit travels, two edits merge, two edits collide. */
const tell = async (stage: Stage): Promise<void> => {
  const onLaptop = join(stage.laptop, 'todo.md')
  const onDesktop = join(stage.desktop, 'todo.md')

  say('\n1. An edit travels: todo.md is written on the laptop…')
  writeFileSync(onLaptop, '- buy milk\n- call Ada\n- water plants\n')
  await arrived(stage, 'the edit to arrive', 'call Ada')
  say('   …and is on the desktop.')

  say('\n2. A merge: the laptop edits the first line while the desktop edits the last…')
  writeFileSync(onLaptop, '- buy oat milk\n- call Ada\n- water plants\n')
  writeFileSync(onDesktop, '- buy milk\n- call Ada\n- water all plants\n')
  await arrived(stage, 'the merge', 'oat milk', 'all plants')
  say(`   …and both have both:\n${indented(readFileSync(onDesktop, 'utf8'))}`)

  say('\n3. A conflict: both edit the same line…')
  writeFileSync(onLaptop, '- buy oat milk\n- call Ada at noon\n- water all plants\n')
  writeFileSync(onDesktop, '- buy oat milk\n- call Ada tonight\n- water all plants\n')
  await arrived(stage, 'the conflict to be kept', 'at noon', 'tonight')
  say('   …and both versions are kept, on both machines:')
  say(indented([...filesOf(stage.laptop).keys()].join('\n')))
}

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `     ${line}`)
    .join('\n')

const demo = async (options: GlobalOptions & { readonly once?: true }): Promise<ExitCode> => {
  const stage = build()
  const stays = options.once !== true && process.stdin.isTTY && process.stdout.isTTY
  process.env.XDG_STATE_HOME = join(stage.folder, 'state')
  say(`The remote is ${join(stage.folder, 'remote.git')}`)
  say(`The laptop is ${stage.laptop}\nThe desktop is ${stage.desktop}`)
  const { createSyncPipeline } = await import('../../index.js')
  const end = new AbortController()
  const outcomes$ = createSyncPipeline(
    {
      repos: [{ path: stage.laptop }, { path: stage.desktop }],
      defaults: { debounce: '300ms', fetchInterval: '500ms' },
    },
    { signal: end.signal, signals: process, log: logOptionsOf(options) },
  )
  const watched = new Set<string>()
  const over = follow(outcomes$, ({ type, repo }: SyncOutcome) => {
    if (type === 'WatchStarted') watched.add(repo)
  })
  handOverSignals()
  // It is there to be watched: a terminal that is closed ends it.
  process.once('SIGHUP', () => {
    end.abort()
  })
  const story = until('both folders to be watched', () => watched.size === 2)
    .then(() => tell(stage))
    .then(() => {
      say(`\nEach folder is an ordinary git repository; try git log in one.`)
      if (stays) say('Both go on being synced: edit away. Stop with Ctrl-C.')
      else end.abort()
    })
  // A person may stop it before the story is told.
  await Promise.race([over, story.then(() => over)])
  if (!stays) rmSync(stage.folder, { recursive: true, force: true })
  return exitCode.well
}

export const addDemo = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('demo')
    .description('two throw-away clones of one remote, kept in sync while you watch')
    .option('--once', 'end after the story; so it does where there is no terminal')
    .addHelpText('after', '\nExample:\n  gitsync demo --once')
    .action(async (_own: unknown, self: Command) => {
      done(await demo(self.optsWithGlobals()))
    })
}
