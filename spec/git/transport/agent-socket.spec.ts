import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { agentPlaces, chooseAgent, findAgent } from '../../../src/git/transport/ssh/agent-socket.js'

const me = 1000

describe('chooseAgent', () => {
  const socket = (path: string, owner: number | null, keys: number | null) => ({
    path,
    isSocket: true,
    owner,
    keys,
  })
  const nothing = [
    { path: '/absent', isSocket: false, owner: null, keys: null },
    { path: '/a-file', isSocket: false, owner: me, keys: null },
    socket('/somebody-elses', 0, null),
  ]

  it('takes the first socket of this user whose agent has a key', () => {
    const sockets = [
      socket('/dead', me, null),
      socket('/empty', me, 0),
      socket('/mine', me, 1),
      socket('/mine-too', me, 7),
    ]
    expect(chooseAgent([...nothing, ...sockets], me)).toBe('/mine')
    expect(chooseAgent([...nothing, ...sockets.slice(0, 2)], me)).toBe('/empty')
    expect(chooseAgent([...nothing, ...sockets.slice(0, 1)], me)).toBe('/dead')
    expect(chooseAgent(nothing, me)).toBe(null)
    expect(chooseAgent([], me)).toBe(null)
  })
})

describe('agentPlaces', () => {
  it('knows systemd, gcr, gnome-keyring and 1Password', () => {
    expect(agentPlaces({ XDG_RUNTIME_DIR: '/run/me' }, '/home/me', me)).toEqual([
      '/run/me/ssh-agent.socket',
      '/run/me/openssh_agent',
      '/run/me/gcr/ssh',
      '/run/me/keyring/ssh',
      '/run/me/keyring/.ssh',
      '/home/me/.1password/agent.sock',
      '/home/me/Library/Group Containers/2BUA8C4S2C.com.1password/t/agent.sock',
    ])
  })

  it.each([[{}], [{ XDG_RUNTIME_DIR: '' }], [{ XDG_RUNTIME_DIR: 'relative' }]])(
    'takes the system’s folder of this user where %j names none',
    (env) => {
      expect(agentPlaces(env, '/home/me', me)).toContain('/run/user/1000/keyring/ssh')
    },
  )
})

const folder = mkdtempSync(join(tmpdir(), 'gitsync-agent-'))
const server = createServer()
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

describe('findAgent', () => {
  it('leaves the environment its say, also where that is none', async () => {
    expect(await findAgent({ SSH_AUTH_SOCK: folder })).toBe(folder)
    expect(await findAgent({ SSH_AUTH_SOCK: '' })).toBe(null)
  })

  it('finds a socket, and no file, of this user', async () => {
    const env = { XDG_RUNTIME_DIR: folder }
    writeFileSync(join(folder, 'openssh_agent'), '')
    expect(await findAgent(env)).toBe(null)
    const path = join(folder, 'ssh-agent.socket')
    await new Promise<void>((resolve) => server.listen(path, resolve))
    expect(await findAgent(env)).toBe(path)
    // What a session that is over told whoever outlives it.
    const over = { SSH_AUTH_SOCK: join(folder, 'gone') }
    expect(await findAgent({ ...env, ...over })).toBe(path)
    expect(await findAgent({ XDG_RUNTIME_DIR: '/nowhere', ...over })).toBe(null)
  })
})
