import { describe, expect, it } from 'vitest'
import {
  checkOf,
  lastChecks,
  machineChecks,
  repositoryChecks,
} from '../../../src/queries/doctor/check.js'
import type { CheckName, Verdict } from '../../../src/queries/doctor/check.js'
import type {
  KeyFile,
  MachineFacts,
  RemoteFacts,
  RepositoryFacts,
} from '../../../src/queries/doctor/facts.js'
import { lastQuestions, machineQuestions } from '../../../src/queries/doctor/judge-machine.js'
import { remoteQuestions } from '../../../src/queries/doctor/judge-remote.js'
import { repositoryQuestions } from '../../../src/queries/doctor/judge-repository.js'
import type { Asked, Question } from '../../../src/queries/doctor/question.js'
import { answer, machine, now, problem, remote, repository, settings } from './given.js'

const gibibyte = 2 ** 30

const named = (verdicts: readonly Verdict[], check: CheckName): Verdict => {
  const found = verdicts.find((verdict) => verdict.check === check)
  if (found === undefined) throw new Error(`nothing is said of ${check}`)
  return found
}

const judged = <Facts>(questions: readonly Question<Facts>[], facts: Facts): readonly Verdict[] =>
  questions.flatMap(({ judge }) => judge(facts))

const ofMachine = (check: CheckName, facts: Partial<MachineFacts>): Verdict =>
  named(judged([...machineQuestions, ...lastQuestions], machine(facts)), check)

const ofRepository = (check: CheckName, facts: Partial<RepositoryFacts>): Verdict =>
  named(judged<RepositoryFacts>(repositoryQuestions, repository(facts)), check)

const ofRemote = (check: CheckName, facts: Partial<RemoteFacts>): Verdict =>
  named(judged<RemoteFacts>(remoteQuestions, remote(facts)), check)

describe('a machine and a repository that are in order', () => {
  it('have one line a check, each ok and without a remedy', () => {
    const verdicts = [
      ...judged<MachineFacts>(machineQuestions, machine()),
      ...judged<RepositoryFacts>(repositoryQuestions, repository()),
      ...judged<RemoteFacts>(remoteQuestions, remote()),
      ...judged<MachineFacts>(lastQuestions, machine()),
    ]
    const names = [...machineChecks, ...repositoryChecks, ...lastChecks]
    expect(verdicts.map(({ check }) => check)).toEqual(names)
    expect(verdicts.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(verdicts.filter(({ remedy }) => remedy !== null)).toEqual([])
  })
})

describe('a question', () => {
  const facts = (wishes: Partial<Asked<RemoteFacts>>): Asked<RemoteFacts> => ({
    ...(Object.fromEntries(
      Object.entries(remote()).map(([name, value]) => [name, Promise.resolve(value)]),
    ) as unknown as Asked<RemoteFacts>),
    ...wishes,
  })
  const never = new Promise<never>(() => undefined)

  it('waits for what it needs and for nothing else', async () => {
    const told: CheckName[] = []
    const asked = facts({ tip: never })
    for (const { check, hear } of remoteQuestions)
      void hear(asked).then(() => {
        told.push(check)
      })
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    expect(told).toEqual(['remote'])
  })
})

describe('a line', () => {
  it('has no secret in it, whoever said so', () => {
    const line = checkOf('/r', {
      check: 'remote',
      level: 'fail',
      message: 'https://bob:hunter2@host/x is gone',
      remedy: 'git remote set-url origin https://bob:hunter2@host/y',
    })
    expect(JSON.stringify(line)).not.toContain('hunter2')
    expect(Object.keys(line)).toEqual(['repo', 'check', 'level', 'message', 'remedy'])
  })
})

describe('the machine', () => {
  it.each<[string, CheckName, Verdict['level'], Partial<MachineFacts>]>([
    ['an old node', 'node', 'fail', { node: '18.19.0' }],
    ['no git', 'git', 'warn', { git: null }],
    [
      'no git where it is asked for',
      'git',
      'fail',
      { git: null, settings: [{ ...settings, transport: 'git' }] },
    ],
    ['an old git', 'git', 'warn', { git: '2.30.9' }],
    ['a new git', 'git', 'ok', { git: '10.0.0' }],
    ['no git-lfs', 'git-lfs', 'ok', { gitLfs: null }],
    [
      'no git-lfs where it is needed',
      'git-lfs',
      'fail',
      { gitLfs: null, lfsUsers: [settings.path] },
    ],
  ])('with %s has %s %s', (_name, check, level, facts) => {
    expect(ofMachine(check, facts).level).toBe(level)
  })

  it('whose journal cannot be written to, or has no room, fails', () => {
    const { journal } = machine()
    expect(ofMachine('journal', { journal: { ...journal, trouble: 'EACCES' } })).toMatchObject({
      level: 'fail',
      message: expect.stringContaining('EACCES') as string,
    })
    const space = answer({ place: '/state', bytes: 10, inodes: null })
    expect(ofMachine('journal', { journal: { ...journal, space } }).level).toBe('fail')
  })

  it.each([
    [65_000, 1, 'fail'],
    [50_000, 1, 'warn'],
    [40_000, 1, 'ok'],
    [40_000, 30_000, 'fail'],
    [0, 66_000, 'fail'],
  ])('with %i watches taken and %i folders has watches %s', (others, folders, level) => {
    const taken = { watches: { limit: 65_000, others }, instances: { limit: 128, others: 3 } }
    const verdict = ofMachine('watches', { inotify: taken, folders: [folders] })
    expect(verdict.level).toBe(level)
    expect(verdict.remedy === null).toBe(level === 'ok')
  })

  it('is told how many watches would do, and at least half a million', () => {
    const inotify = { watches: { limit: 9, others: 0 }, instances: { limit: 1, others: 1 } }
    expect(ofMachine('watches', { inotify, folders: [10] }).remedy).toBe(
      'sudo sysctl fs.inotify.max_user_watches=524288; to keep it: echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-gitsync.conf',
    )
    expect(ofMachine('watches', { inotify, folders: [400_000] }).remedy).toContain('=1048576;')
    expect(ofMachine('watch-instances', { inotify })).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('fs.inotify.max_user_instances=512') as string,
    })
  })

  it('that only polls needs no instance, and one without inotify has no limit', () => {
    const inotify = { watches: { limit: 9, others: 9 }, instances: { limit: 1, others: 1 } }
    const polled = { folders: [null], settings: [{ ...settings, watch: 'poll' }] } as const
    expect(ofMachine('watch-instances', { inotify, ...polled }).message).toContain('none needed')
    expect(ofMachine('watches', { inotify: null }).level).toBe('ok')
  })

  const minute = 60_000
  it.each([
    [0, 'ok'],
    [-minute, 'ok'],
    [5 * minute, 'warn'],
    [-5 * minute, 'warn'],
    [48 * 60 * minute, 'fail'],
  ])('whose clock is %i ms off has clock %s', (off, level) => {
    const verdict = ofMachine('clock', { clocks: [{ theirs: now, ours: now + off }] })
    expect(verdict.level).toBe(level)
    if (off !== 0 && level !== 'ok')
      expect(verdict.message).toContain(off > 0 ? 'ahead of' : 'behind')
  })

  it('believes the remote that it is nearest to: one of two may be wrong', () => {
    const clocks = [-9e9, 1_000].map((off) => ({ theirs: now, ours: now + off }))
    expect(ofMachine('clock', { clocks }).level).toBe('ok')
  })

  it('compares its clock with the newest commit where no remote tells it, else says why not', () => {
    expect(ofMachine('clock', { newestCommits: [now + 9e6] })).toMatchObject({
      level: 'warn',
      message: 'the newest commit is 3 hours in the future',
    })
    expect(ofMachine('clock', { newestCommits: [] }).message).toMatch(/^not checked: /)
  })
})

const preCommit = { hook: 'pre-commit', file: '/h/pre-commit', state: 'executable' } as const
const idle = { hook: 'pre-push', file: '/h/pre-push', state: 'not-executable' } as const

describe('a repository', () => {
  it('that cannot be opened is asked nothing further', () => {
    const verdicts = judged<RepositoryFacts>(
      repositoryQuestions,
      repository({ opened: problem('not-a-repository'), remote: problem('not-a-repository') }),
    )
    expect(verdicts).toEqual([
      {
        check: 'repository',
        level: 'fail',
        message: 'not-a-repository: words',
        remedy: 'remedy of not-a-repository',
      },
    ])
  })

  it.each<[CheckName, Partial<RepositoryFacts>, Verdict['level']]>([
    ['branch', { atRest: problem('detached-head') }, 'fail'],
    ['branch', { position: problem('unexpected') }, 'fail'],
    ['identity', { identity: problem('no-identity') }, 'fail'],
    ['instance', { holder: problem('unexpected') }, 'fail'],
    ['remote', { remote: null }, 'warn'],
    ['remote', { remote: problem('not-found') }, 'fail'],
    ['disk', { spaces: [problem('timeout')] }, 'warn'],
  ])('is judged by what is in the way of its %s', (check, facts, level) => {
    const verdict = ofRepository(check, facts)
    expect(verdict.level).toBe(level)
    expect(verdict.remedy).not.toBeNull()
  })

  it('that is signed is told with the key, and a key that is locked by its remedy', () => {
    const by = (format: string, key: string | null): string =>
      ofRepository('signing', { signing: answer({ format, key }) }).message
    expect(by('openpgp', 'ABCD')).toBe('by openpgp with the key ABCD: it was tried')
    expect(by('x509', null)).toContain('of whoever commits')
    expect(by('ssh', null)).toContain('gpg.ssh.defaultKeyCommand')
    expect(by('ssh', `key::ssh-ed25519 ${'A'.repeat(68)} ann`)).toMatch(/A{43}…: it was tried$/)
    expect(ofRepository('signing', { signing: problem('unexpected') })).toMatchObject({
      level: 'fail',
      remedy: 'remedy of unexpected',
    })
  })

  it.each<[boolean, RepositoryFacts['hooks'], Verdict['level'], string]>([
    [false, answer([]), 'ok', 'none'],
    [true, answer([]), 'ok', 'would be run, and there is none'],
    [false, answer([preCommit]), 'ok', 'not run, since hooks is false: pre-commit'],
    [true, answer([preCommit, idle]), 'warn', 'not executable, and so not run: pre-push'],
    [true, answer([preCommit]), 'ok', 'run: pre-commit'],
    [true, problem('unexpected', 'git is old'), 'fail', 'unexpected: git is old'],
    [false, problem('unexpected', 'no git'), 'ok', 'not checked: no git'],
  ])('with hooks %s and %j there has hooks %s', (hooks, found, level, message) => {
    const verdict = ofRepository('hooks', { hooks: found, settings: { ...settings, hooks } })
    expect(verdict).toMatchObject({ level, message })
    if (level === 'warn') expect(verdict.remedy).toBe("chmod +x '/h/pre-push', or take it away.")
  })

  it('that another gitsync holds is in good hands, and a dead one is nobody', () => {
    const held = (isAlive: boolean): string =>
      ofRepository('instance', {
        holder: answer({ name: 'process 7 on desk', pid: 7, isAlive }),
      }).message
    expect(held(true)).toBe('process 7 on desk syncs it')
    expect(held(false)).toContain('takes over')
  })

  it('is told of the worst of its disks', () => {
    const wide = answer({ place: '/a', bytes: 50 * gibibyte, inodes: null })
    const short = answer({ place: '/b', bytes: gibibyte / 4, inodes: null })
    const full = answer({ place: '/c', bytes: 50 * gibibyte, inodes: 3 })
    expect(ofRepository('disk', { spaces: [wide, short] })).toMatchObject({
      level: 'warn',
      message: 'room for 256 MiB at /b',
    })
    expect(ofRepository('disk', { spaces: [wide, short, full] })).toMatchObject({
      level: 'fail',
      message: 'room for 50 GiB and 3 files at /c',
    })
  })
})

describe('a remote', () => {
  it('that is out of reach fails, and what follows from it is not told at length', () => {
    const facts = { tip: problem('network', 'gone'), push: problem('network', 'gone too') }
    expect(ofRemote('reachable', facts)).toMatchObject({ level: 'fail', message: 'network: gone' })
    expect(ofRemote('push', facts).message).toBe('network, as above')
  })

  it('that lets read and not write fails by the push alone', () => {
    const push = problem('authentication', 'Permission to x denied to deploy key')
    expect(ofRemote('reachable', { push }).level).toBe('ok')
    expect(ofRemote('push', { push }).level).toBe('fail')
  })

  it('says what a rehearsed push cannot tell', () => {
    expect(ofRemote('push', {}).message).toContain('only at a real push')
    const rejected = (reason: 'non-fast-forward' | 'declined'): Verdict =>
      ofRemote('push', { push: answer({ kind: 'rejected', reason, message: 'no' }) })
    expect(rejected('non-fast-forward').level).toBe('ok')
    expect(rejected('declined').level).toBe('fail')
  })

  it('is not asked for a push that is off, or that has nothing to bring', () => {
    expect(ofRemote('push', { push: null }).message).toMatch(/^not checked: there is no commit/)
    const off = { settings: { ...settings, push: false } }
    expect(ofRemote('push', off).message).toBe('not checked: push is off')
  })
})

describe('the host key', () => {
  const { hostKey } = remote()
  const withState = (state: 'known' | 'unknown' | 'revoked', tip = remote().tip): Verdict =>
    ofRemote('host-key', { hostKey: hostKey === null ? null : { ...hostKey, state }, tip })

  it('that ssh refuses has ssh’s words and the exact remedy', () => {
    expect(withState('known', problem('host-key', 'it changed'))).toMatchObject({
      level: 'fail',
      message: 'it changed',
      remedy: 'remedy of host-key',
    })
  })

  it('that is unknown fails, unless ssh lets everybody pass', () => {
    expect(withState('unknown', problem('network'))).toMatchObject({
      level: 'fail',
      remedy: 'Run ssh-keyscan.',
    })
    expect(withState('unknown').level).toBe('warn')
    expect(withState('revoked').level).toBe('fail')
  })
})

describe('the credential', () => {
  const withKeys = (keys: number | null, states: readonly KeyFile['state'][]): Verdict =>
    ofRemote('credential', {
      tip: problem('authentication'),
      credential: {
        kind: 'ssh',
        user: 'git',
        agent: keys === null ? null : { socket: '/run/agent', keys },
        keyFiles: states.map((state) => ({ path: `/k/${state}`, state })),
        through: 'gate',
      },
    })

  it('of ssh is told by kind and source', () => {
    expect(withKeys(1, ['usable'])).toMatchObject({
      level: 'ok',
      message: 'git with the agent at /run/agent (1 key), then the key /k/usable, through gate',
    })
  })

  it.each([
    [null, [], 'ssh-keygen'],
    [0, ['encrypted'], 'ssh-add /k/encrypted'],
    [null, ['open-to-others'], 'chmod 600 /k/open-to-others'],
    [null, ['unreadable'], '/k/unreadable'],
  ] as const)('of ssh that is of no use fails (%s keys, %j)', (keys, states, remedy) => {
    expect(withKeys(keys, states)).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining(remedy) as string,
    })
  })

  it('in the address is warned of, and none is a fault only where one is asked for', () => {
    const http = (
      sources: Extract<RemoteFacts['credential'], { kind: 'http' }>['sources'],
      tip = remote().tip,
    ): Verdict => ofRemote('credential', { credential: { kind: 'http', sources }, tip })
    expect(http([{ kind: 'address', name: '' }]).level).toBe('warn')
    expect(http([{ kind: 'helper', name: 'store' }]).message).toBe('the credential helper store')
    expect(http([]).level).toBe('ok')
    expect(http([], problem('authentication')).level).toBe('fail')
  })
})
