import {
  bareRemote,
  commitAll,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from '../../support/temp-repositories.js'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { filterRefusal } from '../../../src/git/checkout/filter-refusal.js'
import { runHook } from '../../../src/git/hooks/run-hook.js'
import { problemOf } from '../../../src/git/problem/problem.js'
import { filtering } from '../../../src/git/program/filtering.js'
import { printedBy } from '../../../src/git/program/git-output.js'
import { runGit } from '../../../src/git/program/git-program.js'
import { openRepository } from '../../../src/git/repository.js'
import { openGitTransport } from '../../../src/git/transport/git-transport.js'
import { settingsOf } from '../../support/settings.js'
import { serveLfs } from '../../support/lfs-server.js'

const content = randomBytes(2_000_000)

/** Clearly more than git-lfs needs to begin. */
const networkTimeout = 2_000

/** A clone with a large file that is on its server, and no longer here. */
const setUp = async (login: string | null = null) => {
  const server = await serveLfs(login)
  const dir = temporaryRepository()
  git(dir, ['remote', 'add', 'origin', bareRemote()])
  git(dir, ['lfs', 'install', '--local'])
  git(dir, ['config', 'lfs.url', server.url])
  git(dir, ['config', 'lfs.locksverify', 'false'])
  writeFiles(dir, { '.gitattributes': '*.bin filter=lfs -text\n', 'a.bin': content })
  const oid = commitAll(dir, 'Large')
  const empty = (): void => {
    rmSync(join(dir, '.git/lfs/objects'), { recursive: true, force: true })
  }
  return { server, dir, oid, empty }
}

type Room = Awaited<ReturnType<typeof setUp>>

const run = ({ dir }: Pick<Room, 'dir'>, args: readonly string[]) =>
  runGit(args, filtering({ workTree: dir, closing: new AbortController().signal, networkTimeout }))

const checkOut = (room: Pick<Room, 'dir'>) => {
  rmSync(join(room.dir, 'a.bin'), { force: true })
  return run(room, ['checkout-index', '--force', 'a.bin'])
}

const push = ({ dir, oid }: Room) =>
  openGitTransport(settingsOf(dir, { networkTimeout: 20_000 }), () => undefined).push({
    gitDir: join(dir, '.git'),
    remote: 'origin',
    branch: 'main',
    oid,
  })

/** A credential helper that answers with this password, and with the other one once that was refused. */
const answering = (dir: string, password: string, next = password): void => {
  const folder = temporaryFolder()
  const helper = join(folder, 'helper')
  writeFiles(folder, {
    helper: `#!/bin/sh
case "$1" in
  erase) echo ${next} >'${folder}/now' ;;
  get) printf 'username=bob\\npassword=%s\\n' "$(cat '${folder}/now')" ;;
esac
`,
    now: `${password}\n`,
  })
  chmodSync(helper, 0o700)
  git(dir, ['config', 'credential.helper', helper])
}

const refused = {
  kind: 'authentication',
  message: expect.stringMatching(/^127\.0\.0\.1:\d+ refused the name and the password/) as string,
  remedy: expect.stringContaining('credential helper') as string,
}

describe('git-lfs whose password is wrong', () => {
  it('tries twice and no more as files are pushed', async () => {
    const room = await setUp('bob:right')
    answering(room.dir, 'wrong')
    expect(await push(room).then(() => null, problemOf)).toMatchObject(refused)
    expect(room.server.logins).toEqual(['bob:wrong', 'bob:wrong'])
  })

  it('tries twice and no more as files are written out', async () => {
    const room = await setUp('bob:right')
    answering(room.dir, 'wrong')
    room.empty()
    expect(await checkOut(room).then(() => null, problemOf)).toMatchObject(refused)
    expect(room.server.logins).toEqual(['bob:wrong', 'bob:wrong'])
  })

  it('tries twice and no more in the hook that it brings', async () => {
    const room = await setUp('bob:right')
    answering(room.dir, 'wrong')
    const stdin = `refs/heads/main ${room.oid} refs/heads/main ${'0'.repeat(40)}\n`
    const hook = runHook(await openRepository(room.dir), 'pre-push', {
      args: ['origin', room.server.url],
      stdin,
    })
    expect(await hook.then(() => null, problemOf)).toMatchObject(refused)
    expect(room.server.logins).toEqual(['bob:wrong', 'bob:wrong'])
  })

  it('goes on with a helper that knows better once it was told', async () => {
    const room = await setUp('bob:right')
    answering(room.dir, 'outdated', 'right')
    expect(await push(room)).toMatchObject({ kind: 'accepted' })
    expect(new Set(room.server.logins)).toEqual(new Set(['bob:outdated', 'bob:right']))
  })

  it('is told as before by a helper that has no answer', async () => {
    const room = await setUp('bob:right')
    const problem = await push(room).then(() => null, problemOf)
    expect(problem?.kind).toBe('authentication')
    expect(room.server.logins).toEqual([])
  })

  it('ends by itself where nobody hears it any more', async () => {
    const room = await setUp('bob:right')
    answering(room.dir, 'wrong')
    room.empty()
    rmSync(join(room.dir, 'a.bin'))
    const { env } = filtering({
      workTree: room.dir,
      closing: new AbortController().signal,
      networkTimeout,
    })
    const child = spawn('git', ['checkout-index', '--force', 'a.bin'], {
      cwd: room.dir,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...env },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (piece: Buffer) => {
      if (piece.includes('gitsync: ')) child.stderr.destroy()
    })
    const signal = await new Promise((resolve) =>
      child.on('exit', (_, name) => {
        resolve(name)
      }),
    )
    expect(signal).toBe('SIGTERM')
    expect(room.server.logins).toEqual(['bob:wrong', 'bob:wrong'])
  })
})

describe('git-lfs whose server falls silent in the middle of a file', () => {
  it('is given up soon, keeps what it has of the file, and has all of it the next time', async () => {
    const room = await setUp()
    await push(room)
    room.empty()
    room.server.stallAfter(500_000)
    const begun = performance.now()
    const { code, stderr } = await checkOut(room)
    expect(performance.now() - begun).toBeLessThan(4 * networkTimeout)
    expect(code).not.toBe(0)
    expect(filterRefusal('git checkout-index', stderr).problem.kind).toBe('timeout')
    const [part, ...others] = readdirSync(join(room.dir, '.git/lfs/incomplete'))
    expect(part).toMatch(/\.part$/)
    expect(others).toEqual([])
    room.server.stallAfter(null)
    printedBy(await checkOut(room))
    expect(readFileSync(join(room.dir, 'a.bin')).equals(content)).toBe(true)
  })
})

describe('a filter of another kind', () => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => sockets.add(socket))

  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  const withFilter = (smudge: string): string => {
    const dir = temporaryRepository()
    writeFiles(dir, { '.gitattributes': '*.bin filter=odd\n', 'a.bin': 'a\n' })
    commitAll(dir, 'Odd')
    git(dir, ['config', 'filter.odd.smudge', smudge])
    return dir
  }

  /** What a program does that has a connection to a server that never says a word. */
  const connected = async (work: string): Promise<string> => {
    if (!server.listening)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return `node -e 'require("net").connect(${String(port)}, "127.0.0.1", () => { ${work} })'`
  }

  it('is given up too, as an outage, where its server says nothing', async () => {
    const dir = withFilter(await connected(''))
    const begun = performance.now()
    const problem = await checkOut({ dir }).then(() => null, problemOf)
    expect(problem).toMatchObject({
      kind: 'timeout',
      message: 'Nothing was heard from the remote for 3 s',
    })
    expect(performance.now() - begun).toBeLessThan(4 * networkTimeout)
  })

  it('has its time while it computes, though its server says nothing', async () => {
    const busy = `const end = Date.now() + ${String(2.5 * networkTimeout)}; while (Date.now() < end); process.exit()`
    const dir = withFilter(await connected(busy))
    expect((await checkOut({ dir })).code).toBe(0)
  })

  it('has its time where it talks to nobody', async () => {
    const dir = withFilter(`sleep ${String((2.5 * networkTimeout) / 1000)}; cat`)
    expect((await checkOut({ dir })).code).toBe(0)
  })
})
