import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { command } from '../command.mjs'

/** Seconds of quiet that gitwatch waits for; it takes whole ones only. */
const settle = 1

/** Milliseconds within which a commit has to come. */
const longest = 60_000

const headOf = (folder) => readFile(join(folder, '.git/refs/heads/main'), 'utf8').catch(() => '')

/** What gitwatch cannot run without, or null. */
export const lackOfGitwatch = () => {
  if ((process.env.GITWATCH ?? '') === '') return 'GITWATCH names no script'
  return command('inotifywait', ['--help']).then(
    () => null,
    ({ code }) => (code === 'ENOENT' ? 'inotifywait (inotify-tools) is not installed' : null),
  )
}

/** Starts gitwatch on a clone. `save` gives the time from the edit to the moved branch, less what it waits for quiet. */
export const gitwatch = async (folder) => {
  const script = process.env.GITWATCH
  const args = ['-s', String(settle), folder]
  const child = spawn(script, args, { stdio: 'ignore', detached: true })
  await sleep(2000)
  return {
    save: async (edit) => {
      const before = await headOf(folder)
      const from = performance.now()
      await edit()
      while ((await headOf(folder)) === before) {
        if (performance.now() - from > longest) throw new Error('gitwatch has made no commit.')
        await sleep(2)
      }
      return performance.now() - from - settle * 1000
    },
    leave: () => {
      process.kill(-child.pid, 'SIGTERM')
    },
  }
}
