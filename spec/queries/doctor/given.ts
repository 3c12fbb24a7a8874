import type { Problem, ProblemKind } from '../../../src/actors/problem.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import type {
  MachineFacts,
  RemoteFacts,
  RepositoryFacts,
} from '../../../src/queries/doctor/facts.js'
import type { Asked } from '../../../src/queries/doctor/question.js'
import { settingsOf } from '../../support/settings.js'
import type { Told } from '../../../src/queries/doctor/told.js'

const gibibyte = 2 ** 30

export const answer = <T>(value: T): Told<T> => ({ kind: 'answer', value })

export const problem = (kind: ProblemKind, message = 'words'): Told<never> => ({
  kind: 'problem',
  problem: { kind, message, remedy: `remedy of ${kind}` } satisfies Problem,
})

export const settings: RepoSettings = settingsOf('/home/ann/Notes', { watch: 'auto' })

export const now = Date.parse('2026-11-24T12:00:00Z')

/** Everything in order, unless a test says otherwise. */
export const machine = (wishes: Partial<MachineFacts> = {}): MachineFacts => ({
  settings: [settings],
  configFile: null,
  node: '20.20.2',
  libgit2: '1.9.1',
  git: '2.39.5',
  gitLfs: '3.3.0',
  lfsUsers: [],
  journal: {
    folder: '/state/gitsync',
    trouble: null,
    space: answer({ place: '/state', bytes: 50 * gibibyte, inodes: 1_000_000 }),
  },
  inotify: { watches: { limit: 65_536, others: 100 }, instances: { limit: 128, others: 3 } },
  folders: [20],
  now,
  newestCommits: [now - 60_000],
  clocks: [],
  ...wishes,
})

export const oid = 'a'.repeat(40)

export const remote = (wishes: Partial<RemoteFacts> = {}): RemoteFacts => ({
  settings,
  name: 'origin',
  branch: 'main',
  fetchUrl: 'ssh://git@host/x.git',
  pushUrl: 'ssh://git@host/x.git',
  others: [],
  tip: answer(oid),
  push: answer({ kind: 'accepted', moved: true, bytes: 0 }),
  credential: {
    kind: 'ssh',
    user: 'git',
    agent: { socket: '/run/agent', keys: 2 },
    keyFiles: [],
    through: null,
  },
  hostKey: {
    host: 'host',
    state: 'known',
    algorithms: ['ssh-ed25519'],
    files: ['/home/ann/.ssh/known_hosts'],
    strict: 'ask',
    remedy: 'Run ssh-keyscan.',
  },
  clocks: null,
  ...wishes,
})

export const repository = (wishes: Partial<RepositoryFacts> = {}): RepositoryFacts => ({
  settings,
  opened: answer(null),
  holder: answer(null),
  atRest: answer(null),
  position: answer({
    branch: 'main',
    head: oid,
    upstream: { remote: 'origin', branch: 'main', oid },
    ahead: 1,
    behind: 0,
  }),
  identity: answer('Ann <ann@example.org>'),
  signing: answer(null),
  hooks: answer([]),
  spaces: [answer({ place: '/home/ann/Notes', bytes: 50 * gibibyte, inodes: null })],
  folders: 20,
  usesLfs: false,
  newestCommit: now - 60_000,
  // What it says is judged on its own.
  remote: answer({} as Asked<RemoteFacts>),
  ...wishes,
})
