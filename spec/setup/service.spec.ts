import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { cronLine } from '../../src/setup/service/cron-line.js'
import type { ServiceProgram } from '../../src/setup/service/description.js'
import { launchdAgent } from '../../src/setup/service/launchd-agent.js'
import { managerOf } from '../../src/setup/service/manager.js'
import { crons } from '../support/crons.js'
import { agentOf, systemdUnit } from '../../src/setup/service/systemd-unit.js'

const program = (more: Partial<ServiceProgram> = {}): ServiceProgram => ({
  node: '/usr/bin/node',
  main: '/opt/gitsync/main.js',
  configFile: null,
  home: '/home/ada',
  env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: '/run/user/1000' },
  ...more,
})

const odd = program({
  node: '/opt/my node/node',
  main: '/opt/100% "git"\\sync/$HOME/main.js',
  configFile: '/home/ada/it\'s <mine> & "yours".json',
})

describe('the unit of systemd', () => {
  it('tells when it is ready, and is not started again for a bad config', () => {
    const lines = systemdUnit(program()).split('\n')
    for (const line of [
      'Type=notify',
      'NotifyAccess=all',
      'ExecStart="/usr/bin/node" "/opt/gitsync/main.js" "run"',
      'Restart=on-failure',
      'RestartPreventExitStatus=2',
      'Environment="PATH=/usr/bin:/bin"',
      'WantedBy=default.target',
    ])
      expect(lines).toContain(line)
  })

  it('takes every path for what it is', () => {
    const line = /^ExecStart=.*$/m.exec(systemdUnit(odd))?.[0]
    expect(line).toBe(
      'ExecStart="/opt/my node/node" "/opt/100%% \\"git\\"\\\\sync/$$HOME/main.js" "run" "--config" "/home/ada/it\'s <mine> & \\"yours\\".json"',
    )
  })

  it.each([
    ['of the login', '/run/user/1000/keyring/ssh', '%t/keyring/ssh'],
    ['of the home', '/home/ada/.agent 100%/sock', '%h/.agent 100%%/sock'],
    ['of one terminal', '/tmp/ssh-XXabcdefGH/agent.4711', null],
    ['of one editor', '/run/user/1000/vscode-ssh-auth-1.sock', null],
    ['that is none', '', null],
  ])('knows an agent %s', (_, socket, known) => {
    const { env } = program()
    const found = program({ env: { ...env, SSH_AUTH_SOCK: socket } })
    expect(agentOf(found)).toBe(known)
    const pinned = `Environment="SSH_AUTH_SOCK=${String(known)}"`
    expect(systemdUnit(found).includes(pinned)).toBe(known !== null)
  })
})

describe('the other managers', () => {
  it('launchd has its own words for what is special in XML', () => {
    const text = launchdAgent(odd)
    expect(text).toContain('<string>/home/ada/it\'s &lt;mine&gt; &amp; "yours".json</string>')
    expect(text).toContain('<string>/home/ada/Library/Logs/gitsync.log</string>')
  })

  it('cron gets one line, which each cron hands to the shell as it is meant', () => {
    const main = String.raw`/opt/100% "git"\sync/$HOME/a\%b\\c\'d/main.js`
    const line = cronLine({ ...odd, main })
    expect(line).toMatch(/^\*\/5 \* \* \* \* [^\n]+\n$/)
    for (const asTaken of Object.values(crons)) {
      const command = asTaken(line.trimEnd().split(' ').slice(5).join(' '))
      const words = execFileSync('sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`]).toString()
      expect(words.split('\n')).toEqual([
        'PATH=/usr/bin:/bin',
        ...[odd.node, main, 'once', '--quiet', '--config', odd.configFile],
        '',
      ])
    }
  })

  it('each system has its own, and some have none', () => {
    expect(managerOf('linux', '/home/ada')?.file).toBe(
      '/home/ada/.config/systemd/user/gitsync.service',
    )
    expect(managerOf('darwin', '/Users/ada')?.file).toBe(
      '/Users/ada/Library/LaunchAgents/org.gitsync.agent.plist',
    )
    expect(managerOf('win32', 'C:\\Users\\ada')).toBeNull()
  })
})
