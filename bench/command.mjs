import { spawn } from 'node:child_process'

/** Milliseconds after which a command is taken for hung. */
const longest = 600_000

/** Runs a command to its end; gives the milliseconds that it took, from its start to its exit, and what it said. */
export const command = (program, args, { cwd, env, codes = [0] } = {}) =>
  new Promise((resolve, reject) => {
    const from = performance.now()
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { stdout: '', stderr: '' }
    let ms = 0
    let first = null
    const timer = setTimeout(() => child.kill('SIGKILL'), longest)
    child.stdout.on('data', (piece) => {
      first ??= performance.now() - from
      said.stdout += piece
    })
    child.stderr.on('data', (piece) => (said.stderr += piece))
    child.on('error', reject)
    child.on('exit', () => (ms = performance.now() - from))
    child.on('close', (code) => {
      clearTimeout(timer)
      if (codes.includes(code)) resolve({ ms, first, ...said })
      else reject(new Error(`${program} ${args.join(' ')}: exit ${code}\n${said.stderr}`))
    })
  })

/** Milliseconds that a line for the shell takes. */
export const shell = async (line, options) => (await command('sh', ['-c', line], options)).ms

export const git = async (cwd, ...args) => (await command('git', args, { cwd })).stdout.trim()
