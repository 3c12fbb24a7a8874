import { committedRepository, temporaryFolder } from '../support/temp-repositories.js'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { crons } from '../support/crons.js'
import { lastOf, newUser } from '../support/new-user.js'
import type { NewUser } from '../support/new-user.js'
import { endAll, start, until } from '../support/program.js'
import { hasSystemd } from '../support/systemd.js'

afterEach(endAll)

const unitOf = ({ home }: NewUser): string => join(home, '.config/systemd/user/gitsync.service')

/** A user whose config names one repository. */
const settledUser = (): NewUser & { readonly repo: string } => {
  const user = newUser()
  const repo = committedRepository({ 'a.txt': 'one\n' })
  user.write('.config/gitsync/config.json', JSON.stringify({ repos: [{ path: repo }] }))
  return { ...user, repo }
}

/** Stands for the programs of a service manager: notes what it is told, and refuses what `refuses` matches. */
const standIns = (
  refuses = '-',
): { readonly PATH: string; readonly told: () => readonly string[] } => {
  const folder = temporaryFolder()
  const log = join(folder, 'told')
  writeFileSync(log, '')
  for (const name of ['systemctl', 'loginctl', 'launchctl']) {
    const script = `#!/bin/sh\necho "${name} $*" >> '${log}'\ncase "$*" in *${refuses}*) echo no >&2; exit 1;; esac\necho Linger=no\n`
    writeFileSync(join(folder, name), script)
    chmodSync(join(folder, name), 0o755)
  }
  return {
    PATH: `${folder}:${process.env.PATH ?? ''}`,
    told: () => readFileSync(log, 'utf8').trimEnd().split('\n'),
  }
}

/** Elsewhere there is no systemd to install for; launchd's and cron's texts are tested in spec/setup. */
const onLinux = process.platform === 'linux'

describe.runIf(onLinux)('gitsync service', () => {
  it('installs a unit of the user, starts it, says what else there is to know; and takes it away', async () => {
    const user = settledUser()
    const { PATH, told } = standIns('is-nothing')
    const env = { ...user.env, PATH }
    const found = await start(['service', 'install'], env).finished
    expect(found.code).toBe(0)
    expect(found.stderr).toContain('loginctl enable-linger')
    expect(told().filter((line) => line.startsWith('systemctl'))).toEqual([
      'systemctl --user show-environment',
      'systemctl --user daemon-reload',
      'systemctl --user enable gitsync.service',
      'systemctl --user restart --no-block gitsync.service',
    ])
    const printed = await start(['service', 'print', '--for', 'systemd'], env).finished
    expect(readFileSync(unitOf(user), 'utf8')).toBe(printed.stdout)
    expect((await start(['service', 'install'], env).finished).code).toBe(0)
    expect((await start(['service', 'uninstall'], env).finished).code).toBe(0)
    expect(existsSync(unitOf(user))).toBe(false)
    expect(told().slice(-2)).toEqual([
      'systemctl --user show-environment',
      'systemctl --user daemon-reload',
    ])
    expect(told()).toContain('systemctl --user disable --now gitsync.service')
    const again = await start(['service', 'uninstall', '--json'], env).finished
    expect([again.code, lastOf(again)]).toMatchObject([0, { state: 'none' }])
  })

  it('says what to type where no manager is there to be told', async () => {
    const user = settledUser()
    const found = await start(['service', 'install', '--json'], {
      ...user.env,
      PATH: standIns('show-environment').PATH,
    }).finished
    expect(found.code).toBe(1)
    expect(lastOf(found)).toMatchObject({
      type: 'ServiceInstalled',
      file: unitOf(user),
      state: 'left',
      commands: [
        'systemctl --user daemon-reload',
        'systemctl --user enable gitsync.service',
        'systemctl --user restart --no-block gitsync.service',
      ],
    })
    expect(existsSync(unitOf(user))).toBe(true)
  })

  it('installs nothing without a config, or with one that has faults', async () => {
    const user = newUser()
    const none = await user.gitsync('service', 'install')
    expect([none.code, existsSync(unitOf(user))]).toEqual([2, false])
    expect(none.stderr).toContain('gitsync init')
    user.write('.config/gitsync/config.json', '{ "repos": [{ "path": "~/Gone" }] }')
    expect((await user.gitsync('service', 'install')).code).toBe(2)
    expect(existsSync(unitOf(user))).toBe(false)
  })

  it('brings the INI of the Python gitsync into the new form', async () => {
    const user = newUser()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    user.write('.config/gitsync', `[gitsync]\nwork_dir = ${repo}\n`)
    const env = { ...user.env, PATH: standIns().PATH }
    await start(['service', 'install'], env).finished
    expect(user.config()).toEqual({ repos: [{ path: repo }] })
    expect(readFileSync(join(user.home, '.config/gitsync.ini'), 'utf8')).toContain(repo)
    expect((await user.gitsync('once')).code).toBe(0)
  })

  it('leaves a unit that a person wrote to that person', async () => {
    const user = settledUser()
    const env = { ...user.env, PATH: standIns().PATH }
    user.write('.config/systemd/user/gitsync.service', '[Service]\nExecStart=/bin/true\n')
    const gone = await start(['service', 'uninstall', '--json'], env).finished
    expect(lastOf(gone)).toMatchObject({ state: 'none' })
    await start(['service', 'install'], env).finished
    const names = readdirSync(join(unitOf(user), '..')).sort()
    expect(names).toEqual(['gitsync.service', 'gitsync.service.1.old'])
    expect(readFileSync(`${unitOf(user)}.1.old`, 'utf8')).toContain('/bin/true')
  })
})

describe('gitsync service print', () => {
  it('gives a unit that systemd takes, whatever the names', async (context) => {
    if (!hasSystemd()) context.skip('systemd-analyze is not there')
    const user = newUser()
    const folder = join(temporaryFolder(), 'a b 100% $HOME "q"')
    mkdirSync(folder)
    const env = {
      ...user.env,
      SSH_AUTH_SOCK: join(user.home, 'my agent/sock'),
      XDG_STATE_HOME: join(folder, 'state'),
    }
    const config = join(folder, 'config.json')
    const { stdout } = await start(
      ['service', 'print', '--config', config, '--for', 'systemd'],
      env,
    ).finished
    const unit = join(temporaryFolder(), 'gitsync.service')
    writeFileSync(unit, stdout)
    const runtime = temporaryFolder()
    const verified = spawnSync('systemd-analyze', ['--user', 'verify', unit], {
      env: { ...process.env, ...env, XDG_RUNTIME_DIR: runtime },
    })
    expect(verified.stderr.toString()).not.toContain('gitsync.service')
    expect(verified.status).toBe(0)
    writeFileSync(unit, stdout.replace('ExecStart=', 'ExecStart=@@'))
    const broken = spawnSync('systemd-analyze', ['--user', 'verify', unit], {
      env: { ...process.env, ...env, XDG_RUNTIME_DIR: runtime },
    })
    expect(broken.stderr.toString()).toContain('gitsync.service')
  })

  it.each(Object.entries(crons))('gives a line for cron that syncs, %s', async (_name, asTaken) => {
    const user = newUser()
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFileSync(join(repo, 'b.txt'), 'two\n')
    user.write("it's 100%/config.json", JSON.stringify({ repos: [{ path: repo }] }))
    const config = join(user.home, "it's 100%/config.json")
    const { stdout } = await user.gitsync('service', 'print', '--for', 'cron', '--config', config)
    // As cron takes it: five fields, what is escaped for it, and next to no environment.
    const command = asTaken(stdout.trimEnd().split(' ').slice(5).join(' '))
    const env = { HOME: user.home, LOGNAME: 'ada', SHELL: '/bin/sh', PATH: '/usr/bin:/bin' }
    const said = execFileSync('sh', ['-c', command], { env, cwd: user.home })
    expect(said.toString()).toBe('')
    expect(execFileSync('git', ['log', '-1', '--format=%s'], { cwd: repo }).toString()).toBe(
      'Add b.txt\n',
    )
  })

  it('gives an agent for launchd that is a property list', async (context) => {
    if (spawnSync('python3', ['--version']).status !== 0) context.skip('python3 is not there')
    const user = newUser()
    const config = join(user.home, 'a & b <c>.json')
    const { stdout } = await user.gitsync(
      'service',
      'print',
      '--for',
      'launchd',
      '--config',
      config,
    )
    const read =
      'import plistlib,sys,json; json.dump(plistlib.loads(sys.stdin.buffer.read()), sys.stdout)'
    const found: unknown = JSON.parse(
      execFileSync('python3', ['-c', read], { input: stdout }).toString(),
    )
    expect(found).toMatchObject({
      Label: 'org.gitsync.agent',
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
    })
    expect((found as { readonly ProgramArguments: string[] }).ProgramArguments.slice(2)).toEqual([
      'run',
      '--config',
      config,
    ])
  })
})

/** What systemd would hear: each datagram on a line of JSON. */
const listener = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(json.dumps(s.recv(4096).decode()), flush=True)
`

describe.runIf(onLinux)('gitsync run under systemd', () => {
  it('says when it is ready, though one repository waits for a person, and when it stops', async (context) => {
    if (!hasSystemd() || spawnSync('python3', ['--version']).status !== 0)
      context.skip('systemd-notify or python3 is not there')
    const user = settledUser()
    const detached = committedRepository({ 'a.txt': 'one\n' })
    execFileSync('git', ['checkout', '--quiet', '--detach'], { cwd: detached })
    const socket = join(temporaryFolder(), 'notify')
    const heard: string[] = []
    const ear = spawn('python3', ['-c', listener, socket])
    ear.stdout.on('data', (bytes: Buffer) => {
      heard.push(...bytes.toString().trimEnd().split('\n'))
    })
    try {
      await until('somebody listens', () => heard.includes('bound'))
      const env = { ...user.env, NOTIFY_SOCKET: socket }
      const running = start(['run', user.repo, detached], env)
      await until('it is ready', () => heard.some((line) => line.includes('READY=1')))
      expect(heard.join('\n')).toContain('STATUS=Watching 2 repositories, 1 waits for a person')
      running.child.kill('SIGTERM')
      expect((await running.finished).code).toBe(0)
      await until('it stops', () => heard.some((line) => line.includes('STOPPING=1')))
    } finally {
      ear.kill()
      rmSync(socket, { force: true })
    }
  })
})
