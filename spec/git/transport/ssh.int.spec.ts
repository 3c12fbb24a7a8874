import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  advance,
  bareRepository,
  both,
  cloneOf,
  homeFolder,
  problemFrom,
  requestFor,
  tipOf,
  transportFor,
} from './playground.js'
import { startSsh } from './ssh-server.js'
import type { SshServer } from './ssh-server.js'

let server: SshServer

beforeAll(async () => {
  server = await startSsh()
})

describe.each(both)('the %s transport over ssh', (transport) => {
  it('pushes and fetches with the key and the known hosts of the settings', async () => {
    const bare = bareRepository()
    const clone = cloneOf(server.urlOf(bare))
    const { key: sshKey, knownHosts } = server
    const wire = transportFor(clone, { transport, sshKey, knownHosts })
    const oid = clone.commit('a')
    await wire.push({ ...requestFor(clone), oid })
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    expect(tipOf(bare)).toBe(oid)
  })

  it('refuses a host that it does not know', async () => {
    const clone = cloneOf(server.urlOf(bareRepository()))
    const { key: sshKey, noHosts: knownHosts } = server
    const wire = transportFor(clone, { transport, sshKey, knownHosts })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('host-key')
  })

  it('says that the key is not let in', async () => {
    const clone = cloneOf(server.urlOf(bareRepository()))
    const { wrongKey: sshKey, knownHosts } = server
    const wire = transportFor(clone, { transport, sshKey, knownHosts })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('authentication')
  })

  it('says that the server has no such repository', async () => {
    const clone = cloneOf(server.urlOf('/nowhere/x.git'))
    const { key: sshKey, knownHosts } = server
    const wire = transportFor(clone, { transport, sshKey, knownHosts })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('not-found')
  })
})

describe('the libgit2 transport over ssh', () => {
  it('takes the default key and known hosts, and no key at all for a refusal', async () => {
    const bare = bareRepository()
    const oid = advance(bare, 'one')
    const clone = cloneOf(server.urlOf(bare))
    const folder = join(homeFolder, '.ssh')
    mkdirSync(folder)
    copyFileSync(server.knownHosts, join(folder, 'known_hosts'))
    const wire = transportFor(clone, { transport: 'libgit2' })
    expect((await problemFrom(wire.fetch(requestFor(clone)))).kind).toBe('authentication')
    copyFileSync(server.key, join(folder, 'id_ed25519'))
    expect((await wire.fetch(requestFor(clone))).oid).toBe(oid)
    rmSync(folder, { recursive: true })
  })
})
