// Inspects and commits in a process of its own, to be killed or to run as another user.
// usage: node commit-child.mjs DIST SETTINGS-AS-JSON once|loop; prints each report as a line of JSON
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { firstValueFrom } from 'rxjs'

const [, , dist, text, how] = process.argv
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { openWorkTree } = await load('git/work-tree.js')
const { everything } = await load('actors/changes.js')

const workTree = openWorkTree(JSON.parse(text), (step) => step())
const cycle = async () => {
  const seen = await firstValueFrom(workTree.inspect())
  if (seen.type === 'Failed') return seen
  return firstValueFrom(workTree.commit(everything, seen.position))
}
let report
do {
  report = await cycle()
  process.stdout.write(`${JSON.stringify(report)}\n`)
  await setTimeout(2)
} while (how === 'loop' || report.problem?.kind === 'locked')
workTree.close()
process.exit(0)
