import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bareRepository,
  both,
  cloneOf,
  freshFolder,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'
import { makeKey, startDaemon } from './ssh-daemon.js'

describe.each(both)('the %s transport and a server that speaks over ssh', (transport) => {
  it.each([
    ["remote: ERROR: You can't push code to an archived project.", 'declined'],
    ['-bash: cannot create temp file for here-document: Disk quota exceeded', 'declined'],
    ['fatal: not a git repository (or any of the parent directories): .git', 'not-found'],
  ])('takes %j for the server’s, and tells it', async (said, kind) => {
    const daemon = await startDaemon()
    const sshKey = makeKey('mine')
    const shell = join(freshFolder('shell'), 'shell')
    writeFileSync(shell, `#!/bin/sh\ncat >&2 <<'END'\n${said}\nEND\nexit 1\n`, { mode: 0o755 })
    daemon.authorize(sshKey, shell)
    const bare = bareRepository()
    const clone = cloneOf(daemon.urlOf(bare))
    const knownHosts = daemon.knownHosts('ed25519')
    const wire = transportFor(clone, { transport, sshKey, knownHosts })
    const oid = clone.commit('a')
    const problem = await problemFrom(wire.push({ ...requestFor(clone), oid }))
    expect(problem.kind, problem.message).toBe(kind)
    expect(problem.message).toContain(said)
    expect(tipOf(bare)).toBe('')
  })
})
