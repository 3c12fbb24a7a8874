// Inspects and squashes in a process of its own, to be killed.
// usage: node squash-child.mjs DIST SETTINGS-AS-JSON OIDS-OF-OUR-COMMITS; prints the last report as a line of JSON
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { firstValueFrom } from 'rxjs'

const [, , dist, text, oids] = process.argv
const { openWorkTree } = await import(pathToFileURL(join(dist, 'git/work-tree.js')).href)
const own = () => Promise.resolve(new Set(oids.split(',')))

const workTree = openWorkTree(JSON.parse(text), (step) => step(), own)
const seen = await firstValueFrom(workTree.inspect())
const report = seen.type === 'Failed' ? seen : await firstValueFrom(workTree.squash(seen.position))
process.stdout.write(`${JSON.stringify(report)}\n`)
workTree.close()
process.exit(0)
