import { spawn } from 'node:child_process'

/** Seconds from one look of Unison to the next; Debian's package has no watcher beside it. */
const repeat = 1

const flags = ['-auto', '-batch', '-ui', 'text', '-prefer', 'newer', '-ignore', 'Path .git']

/** Two folders that Unison keeps the same, in one process, without a server. It is at work in its own turn alone. */
export const unison = (a, b) => {
  const child = spawn('unison', [a, b, ...flags, '-repeat', String(repeat)], { stdio: 'ignore' })
  return {
    who: 'Unison',
    waits: repeat * 1000,
    enter: () => child.kill('SIGCONT'),
    pause: () => child.kill('SIGSTOP'),
    leave: async () => {
      const closed = new Promise((resolve) => child.on('close', resolve))
      child.kill('SIGKILL')
      await closed
    },
  }
}
