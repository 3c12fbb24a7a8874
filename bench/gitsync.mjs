import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { command } from './command.mjs'

const program = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url))

/** Milliseconds within which whatever is waited for has to come. */
const longest = 600_000

/** The built program, run to its end. */
export const gitsync = (args, options) => command(process.execPath, [program, ...args], options)

/** `gitsync run`, whose outcomes are waited for one after the other. Each gets the moment at which it was read. */
export const daemon = (paths, flags) => {
  const child = spawn(process.execPath, [program, 'run', ...paths, '--json', '-q', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const seen = []
  const waiting = new Set()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const outcome = { ...JSON.parse(line), readAt: performance.now() }
    seen.push(outcome)
    for (const one of waiting) one(outcome)
  })
  const closed = new Promise((resolve) => child.on('close', resolve))

  /** The first outcome that holds, of those that come after a moment. */
  const next = (holds, after) =>
    new Promise((resolve, reject) => {
      const known = seen.find((outcome) => outcome.readAt >= after && holds(outcome))
      if (known !== undefined) return resolve(known)
      const timer = setTimeout(() => settle(reject, new Error('An outcome did not come.')), longest)
      const settle = (how, value) => {
        clearTimeout(timer)
        waiting.delete(look)
        how(value)
      }
      const look = (outcome) => {
        if (outcome.readAt >= after && holds(outcome)) settle(resolve, outcome)
      }
      waiting.add(look)
      closed.then(() => settle(reject, new Error('gitsync ended by itself.')))
    })

  return {
    pid: child.pid,
    next,
    type: (type, after = 0) => next((outcome) => outcome.type === type, after),
    stop: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

/** The outcomes of a run with `--json`. */
export const outcomesIn = (stdout) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
