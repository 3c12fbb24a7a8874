import { settingsOf } from '../support/settings.js'
import { committedRepository, git } from '../support/temp-repositories.js'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { build } from '../support/built.js'
import { seeded } from '../support/hostile-tree.js'
import { asNobody, giveToNobody } from '../support/nobody.js'
import { until } from '../support/program.js'

const script = fileURLToPath(new URL('../support/commit-child.mjs', import.meta.url))

/** How often `.git` is shut; every fifth time for so long that whole cycles fail. */
const rounds = 150

/** git's; the one of our own folder is held as long as the process lives. */
const locksIn = (gitDir: string): readonly string[] =>
  readdirSync(gitDir, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.lock') && !name.startsWith('gitsync'),
  )

it(
  '`.git` shut at any moment ends no process, and leaves no lock behind',
  { timeout: 240_000 },
  async () => {
    const random = seeded(11)
    const dist = build()
    const dir = committedRepository({ a: 'a\n' })
    const gitDir = join(dir, '.git')
    // The script finds its packages beside what was compiled.
    const own = join(dist, 'commit-child.mjs')
    cpSync(script, own)
    giveToNobody(dir)
    const child = spawn(process.execPath, [own, dist, JSON.stringify(settingsOf(dir)), 'loop'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...asNobody,
    })
    const ended = once(child, 'exit').then(([code, signal]) => `${String(code)} ${String(signal)}`)
    child.stdout.resume()
    await once(child.stdout, 'data')
    for (let round = 0; round < rounds; round += 1) {
      writeFileSync(join(dir, `file ${round % 20}`), `round ${round}\n`)
      await setTimeout(random() * 120)
      chmodSync(gitDir, 0)
      await setTimeout(round % 5 === 0 ? 40 : random() * 8)
      chmodSync(gitDir, 0o755)
      if ((await Promise.race([ended, setTimeout(0, null)])) !== null) break
    }
    const isSaved = () => git(dir, ['status', '--porcelain']) === '' && locksIn(gitDir).length === 0
    await until('all is saved', () =>
      child.exitCode === null && child.signalCode === null ? isSaved() : true,
    )
    child.kill('SIGTERM')
    expect(await ended).toBe('null SIGTERM')
    git(dir, ['fsck', '--no-dangling', '--no-progress'])
    expect(git(dir, ['show', `HEAD:file ${(rounds - 1) % 20}`])).toBe(`round ${rounds - 1}`)
  },
)
