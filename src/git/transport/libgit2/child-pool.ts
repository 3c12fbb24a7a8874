import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiled in either case: a child of the test runner is plain node. */
const script = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts')
      ? '../../../../dist/git/transport/libgit2/child.js'
      : './child.js',
    import.meta.url,
  ),
)

/** More than these are not kept for the next transfer: each holds about 75 MB. */
const idleBound = 2

const idle: { readonly child: ChildProcess; readonly knownHosts: string | null }[] = []

/**
 * libgit2 takes the password along to whichever host a server sends it, and no option of the binding's stops it. Included after the
 * user's own, so that it holds; what a repository itself says goes before either.
 */
const gitConfig = (home: string): string =>
  `[include]\n\tpath = ${JSON.stringify(join(home, '.gitconfig'))}\n[http]\n\tfollowRedirects = false\n`

/** A home with these known hosts and the user's git configuration, since libgit2 knows no other way to be told. */
const stageHome = (knownHosts: string | null): string => {
  const home = mkdtempSync(join(tmpdir(), 'gitsync-home-'))
  const real = homedir()
  mkdirSync(join(home, '.ssh'))
  symlinkSync(knownHosts ?? join(real, '.ssh', 'known_hosts'), join(home, '.ssh', 'known_hosts'))
  mkdirSync(join(home, '.config'))
  symlinkSync(join(real, '.config', 'git'), join(home, '.config', 'git'))
  writeFileSync(join(home, '.gitconfig'), gitConfig(real))
  return home
}

const start = (knownHosts: string | null): ChildProcess => {
  const home = stageHome(knownHosts)
  // A session of its own: the terminal's interrupt is for the parent, which lets the running step end.
  const child = fork(script, [home], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.once('exit', () => {
    const at = idle.findIndex((entry) => entry.child === child)
    if (at >= 0) idle.splice(at, 1)
    rmSync(home, { recursive: true, force: true })
  })
  return child
}

/** A child for one transfer; while it is out, it keeps the program alive. */
export const takeChild = (knownHosts: string | null): ChildProcess => {
  const at = idle.findIndex((entry) => entry.knownHosts === knownHosts && entry.child.connected)
  const child = idle.splice(at, at < 0 ? 0 : 1)[0]?.child ?? start(knownHosts)
  child.ref()
  child.channel?.ref()
  return child
}

/** Gives it back for the next one; an idle child never keeps the program alive. */
export const returnChild = (child: ChildProcess, knownHosts: string | null): void => {
  child.unref()
  child.channel?.unref()
  if (!child.connected) return
  if (idle.length < idleBound) idle.push({ child, knownHosts })
  else child.disconnect()
}
