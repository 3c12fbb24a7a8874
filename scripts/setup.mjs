// Makes a checkout ready to run: packages, nodegit, dist. Plain Node without a dependency, because it
// runs before any is there. All output goes to stderr, so that stdout stays the program's own.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from './setup/build.mjs'
import { withLock } from './setup/lock.mjs'
import { ensureNodegit } from './setup/nodegit.mjs'
import { areInstalled, areRecorded, install, record } from './setup/packages.mjs'
import { fail, Fault } from './setup/say.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const oldestNode = 20

const isReady = () => areRecorded(root) && isBuilt(root)

const makeNodegit = async () => {
  await ensureNodegit(root)
  record(root)
}

/** Types come with the packages, so dist does not wait for nodegit's binary. */
const makeReady = async () => {
  if (!areRecorded(root) && !areInstalled(root)) await install(root)
  await Promise.all([areRecorded(root) || makeNodegit(), isBuilt(root) || build(root)])
}

try {
  if (Number.parseInt(process.versions.node, 10) < oldestNode)
    fail(`Node ${process.versions.node} is too old: install Node ${oldestNode} or newer.`)
  if (!isReady()) await withLock(join(root, 'dist', '.setup.lock'), makeReady)
} catch (error) {
  if (!(error instanceof Fault)) throw error
  console.error(`setup: ${error.message}`)
  process.exitCode = 1
}
