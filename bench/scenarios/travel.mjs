import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daemon } from '../gitsync.mjs'
import { describeMachine } from '../machine.mjs'
import { syncthing } from '../peers/syncthing.mjs'
import { unison } from '../peers/unison.mjs'
import { clone, fileAt, seed } from '../repository.mjs'

/** Milliseconds: what a save waits for quiet, and at the longest for the next question to the remote. */
const waits = { debounce: 100, poll: 1000 }

const longest = 120_000

const flags = ['--debounce', `${waits.debounce}ms`, '--fetch-interval', `${waits.poll}ms`]

const arrives = async (file, content) => {
  const from = performance.now()
  while ((await readFile(file, 'utf8').catch(() => '')) !== content) {
    if (performance.now() - from > longest) throw new Error('An edit did not arrive.')
    await sleep(2)
  }
}

const ours = async (a, b) => {
  const daemons = [daemon([a], flags), daemon([b], flags)]
  for (const one of daemons) await one.type('WatchStarted')
  return {
    who: 'gitsync',
    waits: waits.debounce + waits.poll,
    leave: () => Promise.all(daemons.map((one) => one.stop())),
  }
}

/** What it takes from a file here to the same file there, less the waits that the peer was told to make. */
const between = async ({ who, waits, enter, pause, leave }, a, b, size) => {
  const travels = async (n) => {
    const name = fileAt((n * 131) % size)
    const content = `Edit ${n}\n`
    const from = performance.now()
    await writeFile(join(a, name), content)
    await arrives(join(b, name), content)
    return performance.now() - from - waits
  }
  // The first one tells that both ends have found each other.
  await travels(-1 + size)
  pause?.()
  return {
    who,
    round: async (n) => {
      enter?.()
      // Edits come at any moment between two questions to the remote, or between two looks.
      await sleep((n * 389) % 1000)
      const figure = await travels(n)
      pause?.()
      return figure
    },
    leave,
  }
}

export const travel = {
  name: 'travel',
  title: 'An edit here to the file there, less the waits that are asked for',
  unit: 'ms',
  rounds: () => 15,
  warmUp: 2,
  goals: { 1000: [{ most: 100 }] },
  lanes: async ({ folder, size, missing }) => {
    const remote = await seed(join(folder, 'seed.git'), size)
    const installed = await describeMachine()
    const peers = { gitsync: ours, syncthing, unison }
    const lanes = []
    for (const [name, start] of Object.entries(peers)) {
      if (installed[name] === null) missing(name, 'it is not installed')
      else {
        const [a, b] = [join(folder, `${name}-a`), join(folder, `${name}-b`)]
        await clone(remote, a)
        await clone(remote, b)
        lanes.push(await between(await start(a, b), a, b, size))
      }
    }
    return lanes
  },
}
