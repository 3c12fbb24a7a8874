import { spawn } from 'node:child_process'

const isWindows = process.platform === 'win32'

/** On Windows npm is a batch file, which only a shell can start. */
export const npm = { command: 'npm', options: { shell: isWindows } }

/**
 * Runs a program, with its output on our stderr unless told otherwise. Resolves with its exit code and never
 * rejects: what a failure means is the caller's to say. A `timeout` ends it with SIGKILL.
 */
export const run = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 2, 2],
      killSignal: 'SIGKILL',
      ...options,
    })
    const end = () => child.kill('SIGTERM')
    process.once('exit', end)
    const settle = (code) => {
      process.off('exit', end)
      resolve(code)
    }
    child.once('error', () => settle(127))
    child.once('exit', (code) => settle(code ?? 1))
  })
