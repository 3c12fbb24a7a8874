// One transfer, tried again until it is done, in a process of its own, to be killed.
// usage: node transfer-child.mjs DIST 'fetch|push' SETTINGS-AS-JSON REQUEST-AS-JSON
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , dist, kind, settings, request] = process.argv
const { openTransport } = await import(pathToFileURL(join(dist, 'git/transport/transport.js')).href)
const transport = openTransport(JSON.parse(settings))
const tries = 5
for (let n = 0; n < tries; n += 1) {
  const told = await transport[kind](JSON.parse(request)).then(
    (result) => ({ result }),
    (error) => ({ problem: error.problem?.kind ?? String(error) }),
  )
  process.stdout.write(`${JSON.stringify(told)}\n`)
  if ('result' in told) break
}
transport.close()
process.exit(0)
