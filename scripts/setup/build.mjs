import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { run } from './run.mjs'
import { fail, say } from './say.mjs'

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

const stampPath = (root) => join(root, 'dist', '.stamp')

/** Any file that came, went or changed gives another stamp, whichever way its time moved. */
const stampOf = (root) => {
  const hash = createHash('sha256')
  for (const path of [
    ...['tsconfig.json', 'scripts/setup/bundle.mjs'].map((name) => join(root, name)),
    ...filesIn(join(root, 'src')),
  ]) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path.slice(root.length)}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

export const isBuilt = (root) =>
  existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === stampOf(root)

/** Outputs whose source is gone would still be found by an import; the others stay in place for a gitsync that runs. */
const removeOrphans = (root, bundled) => {
  const dist = join(root, 'dist')
  const sourceOf = (output) =>
    join(root, 'src', output.slice(dist.length).replace(/\.(js|d\.ts)$/, '.ts'))
  filesIn(dist)
    .filter((path) => /\.(js|d\.ts)$/.test(path))
    .filter((path) => !bundled.includes(path) && !existsSync(sourceOf(path)))
    .forEach((path) => rmSync(path))
}

export const build = async (root) => {
  say('building dist (tsc, esbuild).')
  const stamp = stampOf(root)
  const code = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    root,
  ])
  if (code !== 0) fail('src does not compile, for the reasons above; dist was left as it was.')
  removeOrphans(root, await bundle(root))
  writeFileSync(stampPath(root), stamp)
}
