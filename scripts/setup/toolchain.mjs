import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'
import { fail, say } from './say.mjs'

export const isOnPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** Asks the compiler itself, which knows where this system keeps its headers. */
const hasHeader = (header) =>
  spawnSync('g++', ['-E', '-x', 'c++', '-'], { input: `#include <${header}>\n` }).status === 0

const tools = [
  { debian: 'make', isThere: () => isOnPath('make') },
  { debian: 'g++', isThere: () => isOnPath('g++') },
  { debian: 'python3', isThere: () => isOnPath('python3') },
]

const headers = [
  {
    debian: 'libkrb5-dev',
    isThere: () => isOnPath('krb5-config') && hasHeader('gssapi/gssapi.h'),
  },
  { debian: 'libssl-dev', isThere: () => hasHeader('openssl/ssl.h') },
]

const missing = () =>
  [...tools, ...headers].filter(({ isThere }) => !isThere()).map(({ debian }) => debian)

/** How to become root without a question, or undefined. */
const rootPrefix = () => {
  if (process.getuid() === 0) return []
  const silent = isOnPath('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0
  return silent ? ['sudo', '-n'] : undefined
}

const aptGet = (prefix, args) => {
  const [command, ...rest] = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    ...args,
  ]
  return run(command, rest)
}

/** Compiling nodegit needs these; only on Linux do they come from the system's packages. */
export const ensureToolchain = async () => {
  if (process.platform !== 'linux') return
  const wanted = missing()
  if (wanted.length === 0) return
  const prefix = isOnPath('apt-get') ? rootPrefix() : undefined
  if (prefix !== undefined) {
    say(`installing ${wanted.join(' ')} (apt-get).`)
    await aptGet(prefix, ['update', '-qq'])
    await aptGet(prefix, ['install', '-y', '-qq', '--no-install-recommends', ...wanted])
  }
  const still = missing()
  if (still.length === 0) return
  fail(
    `compiling nodegit needs ${still.join(', ')}. Install what is missing, then try again:\n` +
      `  sudo apt-get update && sudo apt-get install -y ${still.join(' ')}`,
  )
}
