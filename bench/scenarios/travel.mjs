import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemon } from '../gitsync.mjs'
import { clone, fileAt, seed } from '../repository.mjs'

/** Milliseconds: what a save waits for quiet, and at the longest for the next question to the remote. */
const waits = { debounce: 100, poll: 1000 }

const longest = 60_000

const flags = ['--debounce', `${waits.debounce}ms`, '--fetch-interval', `${waits.poll}ms`]

const arrives = async (file, content) => {
  const from = performance.now()
  while ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    if (performance.now() - from > longest) throw new Error('An edit did not arrive.')
    await sleep(2)
  }
}

export const travel = {
  name: 'travel',
  title: 'An edit here to the file there, less debounce and poll',
  unit: 'ms',
  rounds: () => 15,
  warmUp: 2,
  goals: { 1000: [{ most: 100 }] },
  lanes: async ({ folder, size }) => {
    const remote = await seed(join(folder, 'seed.git'), size)
    const [a, b] = [await clone(remote, join(folder, 'a')), await clone(remote, join(folder, 'b'))]
    const daemons = [daemon([a], flags), daemon([b], flags)]
    for (const one of daemons) await one.type('WatchStarted')
    return [
      {
        who: 'gitsync',
        round: async (n) => {
          const name = fileAt((n * 131) % size)
          const content = `Edit ${n}\n`
          // Edits come at any moment between two questions to the remote.
          await sleep((n * 389) % waits.poll)
          const from = performance.now()
          await writeFile(join(a, name), content)
          await arrives(join(b, name), content)
          return performance.now() - from - waits.debounce - waits.poll
        },
        leave: () => Promise.all(daemons.map((one) => one.stop())),
      },
    ]
  },
}
