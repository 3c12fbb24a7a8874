import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './setup/bundle.mjs'

/*
 * Proves that the specs hold what they claim: each mutant breaks one line of the source, and the specs it names must
 * then fail. Every room keeps its own list, spec/ROOM/mutants.json. `node scripts/mutants.mjs [ROOM | ID]...` runs
 * those that are named, or all.
 */

const checkout = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const copied = ['src', 'spec', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts']
const longest = 120_000

const rooms = async () => {
  const entries = await readdir(path.join(checkout, 'spec'), { recursive: true })
  const lists = entries.filter((entry) => path.basename(entry) === 'mutants.json').sort()
  const read = async (list) => {
    const mutants = JSON.parse(await readFile(path.join(checkout, 'spec', list), 'utf8'))
    return mutants.map((mutant) => ({ room: path.dirname(list), ...mutant }))
  }
  return (await Promise.all(lists.map(read))).flat()
}

/** A copy in which a mutant harms nobody. */
const makeCopy = async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'gitsync-mutants-'))
  for (const name of copied)
    await cp(path.join(checkout, name), path.join(copy, name), { recursive: true })
  await symlink(path.join(checkout, 'node_modules'), path.join(copy, 'node_modules'))
  return copy
}

/** Makes the programs of the copy. A mutant need not have the right types, so that they are not looked at. */
const makePrograms = async (copy) => {
  const { build } = await import('esbuild')
  const files = await readdir(path.join(copy, 'src'), { recursive: true })
  const entryPoints = files.filter((name) => name.endsWith('.ts')).map((name) => `src/${name}`)
  const one = { absWorkingDir: copy, entryPoints, outbase: 'src', outdir: 'dist', format: 'esm' }
  await build({ ...one, target: 'node20', logLevel: 'silent' })
  await bundle(copy)
}

/** Runs specs in the copy, on the programs that its source makes: `passed`, `failed`, `timed out`, or `broken` where no test could be run. */
const run = async (copy, specs) => {
  const isMade = await makePrograms(copy).then(
    () => true,
    () => false,
  )
  if (!isMade) return 'broken'
  const report = path.join(copy, 'report.json')
  await rm(report, { force: true })
  const vitest = path.join(copy, 'node_modules', 'vitest', 'vitest.mjs')
  const options = ['run', '--bail=1', '--reporter=json', `--outputFile=${report}`, ...specs]
  const child = spawn(process.execPath, [vitest, ...options], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise((resolve) => child.once('exit', () => resolve('ended')))
  let timer
  const late = new Promise((resolve) => (timer = setTimeout(resolve, longest, 'late')))
  const first = await Promise.race([ended, late])
  clearTimeout(timer)
  if (first === 'late') {
    // A mutant that loops for ever keeps a worker busy: the whole group goes.
    process.kill(-child.pid, 'SIGKILL')
    await ended
    return 'timed out'
  }
  const text = await readFile(report, 'utf8').catch(() => '{}')
  const { numFailedTests, numPassedTests, success } = JSON.parse(text)
  if (success === true && numPassedTests > 0) return 'passed'
  return numFailedTests > 0 ? 'failed' : 'broken'
}

/** How a mutant fares: only `failed` and `timed out` mean that it was noticed. */
const tryOut = async (copy, { file, find, replace, killedBy }) => {
  const target = path.join(copy, file)
  const source = await readFile(target, 'utf8').catch(() => '')
  const found = source.split(find).length - 1
  if (found !== 1) return found === 0 ? 'find is absent' : 'find is not unique'
  await writeFile(
    target,
    source.replace(find, () => replace),
  )
  try {
    return await run(copy, killedBy)
  } finally {
    await writeFile(target, source)
  }
}

const verdicts = { failed: 'killed', 'timed out': 'killed (timed out)', passed: 'SURVIVED' }

const main = async (wanted) => {
  const all = await rooms()
  const mutants = all.filter(
    ({ room, id }) => wanted.length === 0 || wanted.includes(room) || wanted.includes(id),
  )
  if (mutants.length === 0) throw new Error(`No mutant is called ${wanted.join(', ')}.`)
  const copy = await makeCopy()
  try {
    const specs = [...new Set(mutants.flatMap(({ killedBy }) => killedBy))]
    const sound = await run(copy, specs)
    if (sound !== 'passed')
      throw new Error(`Without any mutant the specs ${sound}: mend them first.`)
    let alive = 0
    for (const mutant of mutants) {
      const began = Date.now()
      const result = await tryOut(copy, mutant)
      if (result !== 'failed' && result !== 'timed out') alive += 1
      const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5)
      const columns = [mutant.invariant.padEnd(4), mutant.id.padEnd(44), `${seconds} s`]
      console.log([...columns, verdicts[result] ?? result.toUpperCase()].join('  '))
    }
    console.log(`${mutants.length - alive} of ${mutants.length} mutants killed`)
    return alive === 0 ? 0 : 1
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message)
  return 1
})
