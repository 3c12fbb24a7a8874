import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stageHome } from './staged-home.js'

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

/** Milliseconds in which a child ends by itself, unless libgit2 has hold of all of it. */
const endGrace = 1_000

/** Lets go of a child in the middle of a transfer: it ends what it started, and takes its home away. The program waits for that. */
export const endChild = (child: ChildProcess): void => {
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), endGrace)
  child.once('exit', () => {
    clearTimeout(timer)
  })
}
