// One pass of inspect, commit, fetch, integrate in a process of its own, to be killed.
// usage: node move-child.mjs DIST SETTINGS-AS-JSON [inspect]; with a third argument it inspects and no more
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { firstValueFrom } from 'rxjs'

const [, , dist, text, until] = process.argv
const load = (path) => import(pathToFileURL(join(dist, path)).href)
const { openWorkTree } = await load('git/work-tree.js')
const { everything } = await load('actors/changes.js')

const workTree = openWorkTree(JSON.parse(text), (step) => step())
const step = async (report$) => {
  const report = await firstValueFrom(report$)
  if (report.type !== 'Failed') return report.position
  process.stderr.write(`${JSON.stringify(report.problem)}\n`)
  process.exit(1)
}
let position = await step(workTree.inspect())
if (until === 'inspect') process.exit(0)
position = await step(workTree.commit(everything, position))
position = await step(workTree.fetch(position))
process.stdout.write('integrating\n')
await step(workTree.integrate(position))
process.exit(0)
