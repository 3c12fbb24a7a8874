import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, run } from './run.mjs'
import { fail, say } from './say.mjs'

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const stampPath = (root) => join(root, 'node_modules', '.gitsync-setup')
const binaryPath = (root) => join(root, 'node_modules/nodegit/build/Release/nodegit.node')

/** What the installed packages were made from and for. `npm ci` removes the stamp together with the packages. */
const stampOf = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update([process.versions.modules, process.platform, process.arch].join())
    .digest('hex')

/** Whether an earlier set-up finished with these very packages. */
export const areRecorded = (root) =>
  read(stampPath(root)) === stampOf(root) && existsSync(binaryPath(root))

export const record = (root) => writeFileSync(stampPath(root), stampOf(root))

/** Whether npm itself says that all packages are there; so after `npm install` by hand nothing is installed twice. */
export const areInstalled = (root) => {
  const hidden = read(join(root, 'node_modules/.package-lock.json'))
  if (hidden === undefined) return false
  const present = JSON.parse(hidden).packages
  const { '': _self, ...wanted } = JSON.parse(read(join(root, 'package-lock.json'))).packages
  return Object.entries(wanted).every(([path, { version, optional }]) =>
    present[path] === undefined ? optional === true : present[path].version === version,
  )
}

/**
 * Development packages too, since dist is built with them. The flags undo what an outer npm may hand down in the
 * environment. No scripts: nodegit's own would hang on its download or compile on one core.
 */
const flags = ['--ignore-scripts', '--include=dev', '--no-global', '--no-audit', '--no-fund']

const npmCi = (root, more) =>
  run(npm.command, ['ci', ...flags, ...more], { ...npm.options, cwd: root })

/** Without addresses in the lock file npm asks the registry about every package, unless its cache may answer first. */
export const install = async (root) => {
  say('installing packages (npm ci).')
  if ((await npmCi(root, ['--prefer-offline', '--silent'])) === 0) return
  if ((await npmCi(root, ['--prefer-online'])) === 0) return
  fail(
    'npm ci failed, for the reason above. Check the network and the npm registry, then try again.',
  )
}
