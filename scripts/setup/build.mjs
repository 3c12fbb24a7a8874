import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
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
  for (const path of [join(root, 'tsconfig.json'), ...filesIn(join(root, 'src'))]) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path.slice(root.length)}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

export const isBuilt = (root) =>
  existsSync(stampPath(root)) && readFileSync(stampPath(root), 'utf8') === stampOf(root)

/** Outputs whose source is gone would still be found by an import; the others stay in place for a gitsync that runs. */
const removeOrphans = (root) => {
  const dist = join(root, 'dist')
  filesIn(dist)
    .map((path) => path.slice(dist.length + 1))
    .filter((path) => /\.(js|d\.ts)$/.test(path))
    .filter((path) => !existsSync(join(root, 'src', path.replace(/\.(js|d\.ts)$/, '.ts'))))
    .forEach((path) => rmSync(join(dist, path)))
}

export const build = async (root) => {
  say('building dist (tsc).')
  const stamp = stampOf(root)
  const code = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    root,
  ])
  if (code !== 0) fail('src does not compile, for the reasons above; dist was left as it was.')
  removeOrphans(root)
  const main = join(root, 'dist/cli/main.js')
  if (existsSync(main)) chmodSync(main, 0o755)
  writeFileSync(stampPath(root), stamp)
}
