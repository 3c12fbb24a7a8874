import { advance, bareRepository, freshFolder, homeFolder } from '../git/transport/playground.js'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom } from 'rxjs'
import { beforeAll, expect, it } from 'vitest'
import { startSsh } from '../git/transport/ssh-server.js'
import type { SshServer } from '../git/transport/ssh-server.js'
import { cloneRepository } from '../../src/index.js'

let server: SshServer

beforeAll(async () => {
  process.env.XDG_STATE_HOME = join(homeFolder, 'state')
  server = await startSsh()
})

it('clones over ssh with the key and the known hosts that are asked for, and remembers them', async () => {
  const bare = bareRepository()
  const head = advance(bare, 'one')
  const folder = freshFolder('clone')
  const { key: sshKey, knownHosts } = server
  const request = {
    url: server.urlOf(bare),
    path: join(folder, 'x'),
    configFile: join(folder, 'config.json'),
    repo: { sshKey, knownHosts },
  }
  expect(await lastValueFrom(cloneRepository(request))).toMatchObject({
    type: 'Cloned',
    head,
    state: 'level',
  })
  expect(JSON.parse(readFileSync(request.configFile, 'utf8'))).toEqual({
    repos: [{ path: join(folder, 'x'), sshKey, knownHosts }],
  })
})

it('refuses a host that it does not know, and leaves nothing', async () => {
  const folder = freshFolder('clone')
  const { key: sshKey, noHosts: knownHosts } = server
  const request = {
    url: server.urlOf(bareRepository()),
    path: join(folder, 'x'),
    configFile: join(folder, 'config.json'),
    repo: { sshKey, knownHosts },
  }
  expect(await lastValueFrom(cloneRepository(request))).toMatchObject({
    type: 'SetupRefused',
    repo: join(folder, 'x'),
    problem: { kind: 'host-key' },
  })
  expect(readdirSync(folder)).toEqual([])
})
