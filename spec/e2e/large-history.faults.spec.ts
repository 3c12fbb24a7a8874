import type { Peaks } from '../support/bulk.js'
import { watchMemory } from '../support/bulk.js'
import { bareRemote, git, identify, temporaryFolder } from '../support/temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { serveHttp } from '../git/transport/http-server.js'
import { both } from '../git/transport/playground.js'
import { endAll, start } from '../support/program.js'

/** How much: `HISTORY_MB=1024 npx vitest run --project faults spec/e2e/large-history.faults.spec.ts`. */
const megabytes = Number(process.env.HISTORY_MB ?? 64)

const mebibyte = 2 ** 20

afterEach(endAll)

/** So many commits of one mebibyte each, which cannot be made smaller, in a few files. */
const writeHistory = (bare: string): string => {
  const file = join(temporaryFolder(), 'stream')
  const stream = openSync(file, 'w')
  for (let n = 1; n <= megabytes; n += 1) {
    writeSync(stream, 'commit refs/heads/main\ncommitter Ada <ada@example.org> 1700000000 +0000\n')
    writeSync(stream, `data 2\n${String(n % 10)}\n`)
    if (n === 1) writeSync(stream, 'from refs/heads/main^0\n')
    writeSync(stream, `M 100644 inline picture-${String(n % 10)}\ndata ${String(mebibyte)}\n`)
    writeSync(stream, randomBytes(mebibyte))
    writeSync(stream, '\n')
  }
  closeSync(stream)
  const input = openSync(file, 'r')
  execFileSync('git', ['fast-import', '--quiet'], { cwd: bare, stdio: [input, 'pipe', 'pipe'] })
  closeSync(input)
  return git(bare, ['rev-parse', 'main'])
}

/** In mebibytes, of the program and of what it starts. */
const bound = 170

const pass = async (what: string, path: string, transport: string): Promise<Peaks> => {
  const running = start(['once', path, '--json', `--transport=${transport}`])
  const began = performance.now()
  const peaks = watchMemory(running.child.pid ?? 0)
  const { code, stderr } = await running.finished
  expect(code, stderr).toBe(0)
  const milliseconds = String(Math.round(performance.now() - began))
  const { own, others } = peaks()
  const size = `${String(megabytes)} MB ${what} by ${transport}`
  console.info(
    `${size}: ${milliseconds} ms, ${String(own)} MB, and ${String(others)} MB of a helper`,
  )
  return { own, others }
}

describe('a long history', { timeout: 60_000 + 1_000 * megabytes }, () => {
  it.each(both)('is fetched by %s without being held in memory, and pushed', async (transport) => {
    const [first, second, us] = [bareRemote(), bareRemote(), temporaryFolder()]
    git(us, ['clone', '-q', first, '.'])
    identify(us)
    git(us, ['commit', '-q', '--allow-empty', '-m', 'First'])
    git(us, ['push', '-q', 'origin', 'HEAD:main'])
    const tip = writeHistory(first)
    const at = async (bare: string): Promise<string> =>
      `http://127.0.0.1:${String(await serveHttp(dirname(bare)))}/${bare.split('/').at(-1) ?? ''}`
    git(us, ['remote', 'set-url', 'origin', await at(first)])
    const fetched = await pass('fetched', us, transport)
    expect(Math.max(fetched.own, fetched.others)).toBeLessThan(bound)
    expect(git(us, ['rev-parse', 'HEAD'])).toBe(tip)
    git(second, ['config', 'http.receivepack', 'true'])
    git(us, ['remote', 'set-url', 'origin', await at(second)])
    const pushed = await pass('pushed', us, transport)
    expect(pushed.own).toBeLessThan(bound)
    expect(git(second, ['rev-parse', 'main'])).toBe(tip)
  })
})
