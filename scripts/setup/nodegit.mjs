import { spawnSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { availableParallelism, homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { npm, run } from './run.mjs'
import { fail, say, showProgress } from './say.mjs'
import { ensureToolchain, isOnPath } from './toolchain.mjs'

const loadMs = 60_000
const downloadMs = 20_000
const objectCount = 392
const linesOfLogShown = 30

const load = (root) =>
  spawnSync(process.execPath, ['-e', "require('nodegit')"], {
    cwd: root,
    encoding: 'utf8',
    timeout: loadMs,
  })

const loads = (root) => load(root).status === 0

/** Upstream's binary, as nodegit's own install script gets it, but bounded in time and without its own fallback. */
const download = (home) => {
  say('looking for a prebuilt nodegit.')
  const program = join(home, '../@mapbox/node-pre-gyp/bin/node-pre-gyp')
  return run(process.execPath, [program, 'install'], {
    cwd: home,
    timeout: downloadMs,
    stdio: 'ignore',
  })
}

/** Headers beside the node in use spare node-gyp a download; a person's own `nodedir` comes first. */
const headers = (root) => {
  const asked = spawnSync(npm.command, ['config', 'get', 'nodedir'], {
    ...npm.options,
    cwd: root,
    encoding: 'utf8',
  })
  const own = asked.stdout?.trim()
  if (own && own !== 'undefined' && own !== 'null') return {}
  const prefix = dirname(dirname(realpathSync(process.execPath)))
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {}
}

/** Paths relative to nodegit's folder and no folder in the key: objects of one checkout serve all others. */
const cache = (home) =>
  isOnPath('ccache') && process.env.CC === undefined && process.env.CXX === undefined
    ? {
        CC: 'ccache gcc',
        CXX: 'ccache g++',
        CCACHE_BASEDIR: home,
        CCACHE_NOHASHDIR: '1',
        CCACHE_SLOPPINESS: 'time_macros,include_file_mtime',
      }
    : {}

const compiledIn = (log) => readFileSync(log, 'utf8').match(/^\s*(CC|CXX)\(target\)/gm)?.length ?? 0

const compile = async (root, home) => {
  const jobs = availableParallelism()
  const log = join(mkdtempSync(join(tmpdir(), 'gitsync-setup-')), 'nodegit.log')
  say(`compiling nodegit on ${jobs} cores: some minutes, only this once. Log: ${log}`)
  const descriptor = openSync(log, 'a')
  const stop = showProgress(() => `compiled ${compiledIn(log)} of about ${objectCount} objects`)
  const code = await run(npm.command, ['run', 'recompile'], {
    ...npm.options,
    cwd: home,
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, JOBS: `${jobs}`, ...headers(root), ...cache(home) },
  })
  stop()
  closeSync(descriptor)
  if (code === 0) return
  const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-linesOfLogShown).join('\n')
  fail(`nodegit did not compile; its log ends so:\n${end}\nThe whole log: ${log}`)
}

const binaryIn = (home) => join(home, 'build/Release/nodegit.node')

/** Where a binary that was compiled here waits for the next checkout: one for each version, ABI and machine. */
const keptPath = (home) => {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const kind = [version, process.versions.modules, process.platform, process.arch].join('-')
  return join(base, 'gitsync', `nodegit-${kind}.node`)
}

/** Nothing is lost where there is no room or no right to keep it: the next checkout compiles again. */
const keep = (home) => {
  const kept = keptPath(home)
  try {
    mkdirSync(dirname(kept), { recursive: true })
    copyFileSync(binaryIn(home), `${kept}.${process.pid}`)
    renameSync(`${kept}.${process.pid}`, kept)
  } catch (error) {
    say(`the compiled nodegit is not kept for other checkouts: ${error.message}`)
  }
}

/** Another libc or libssl than it was compiled with shows when it is loaded. */
const reuse = (root, home) => {
  if (!existsSync(keptPath(home))) return false
  mkdirSync(dirname(binaryIn(home)), { recursive: true })
  copyFileSync(keptPath(home), binaryIn(home))
  if (loads(root)) return true
  rmSync(binaryIn(home))
  return false
}

/** Ends with a nodegit that loads: the one that is there, else one compiled before, else upstream's, else a new one. */
export const ensureNodegit = async (root) => {
  if (loads(root)) return
  const home = realpathSync(join(root, 'node_modules/nodegit'))
  if (reuse(root, home)) return
  const downloaded = (await download(home)) === 0
  if (downloaded && loads(root)) return
  await ensureToolchain()
  // The libraries just installed may be all that the downloaded binary was missing.
  if (downloaded && loads(root)) return
  await compile(root, home)
  const { status, stderr } = load(root)
  if (status !== 0) fail(`nodegit compiled but does not load:\n${stderr}`)
  keep(home)
}
