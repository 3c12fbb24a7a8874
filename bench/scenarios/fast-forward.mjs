import { join } from 'node:path'
import { git, shell } from '../command.mjs'
import { gitsync, outcomesIn } from '../gitsync.mjs'
import { clone, seed } from '../repository.mjs'

/** Files that the remote's commit changes, at most. */
const most = 10_000

/** From what the remote gave to the moved branch, by the stamps of the outcomes. */
const timeOf = (stdout) => {
  const at = Object.fromEntries(outcomesIn(stdout).map((one) => [one.type, Date.parse(one.at)]))
  return at.FastForwarded - at.RemoteFetched
}

const moves = {
  gitsync: async (folder) => timeOf((await gitsync(['once', folder, '--json', '-q'])).stdout),
  git: async (folder) => {
    await git(folder, 'fetch', '-q')
    return shell('git merge -q --ff-only origin/main', { cwd: folder })
  },
}

export const fastForward = {
  name: 'fast-forward',
  title: 'Fast-forward of up to 10,000 changed files that are fetched already',
  unit: 'ms',
  rounds: (size) => (size >= 10_000 ? 3 : 5),
  warmUp: 0,
  goals: { 10_000: [{ against: 'git', most: 1.2 }], 100_000: [{ against: 'git', most: 1.2 }] },
  lanes: async ({ folder, size }) => {
    const remote = await seed(join(folder, 'seed.git'), size, Math.min(size, most))
    const old = await git(remote, 'rev-parse', 'main')
    const young = await git(remote, 'rev-parse', 'next')
    await git(remote, 'update-ref', '-d', 'refs/heads/next')
    const point = (oid) => git(remote, 'update-ref', 'refs/heads/main', oid)
    return Object.entries(moves).map(([who, move]) => ({
      who,
      round: async (n) => {
        await point(old)
        const place = await clone(remote, join(folder, `${who}-${n}`))
        await point(young)
        const ms = await move(place)
        const head = await git(place, 'rev-parse', 'HEAD')
        if (head !== young) throw new Error(`${who} did not fast-forward.`)
        // It stays: ext4 is slow to make files for some seconds after many were removed, whoever makes them.
        return ms
      },
    }))
  },
}
