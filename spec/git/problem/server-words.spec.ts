import { describe, expect, it } from 'vitest'
import type { ProblemKind } from '../../../src/actors/problem.js'
import { problemOf, problemOfTalk } from '../../../src/git/problem/problem.js'
import { https, ssh } from '../../support/git-words.js'

const tail = `fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`

type Row = readonly [said: string, kind: ProblemKind, remedy: RegExp]

/** As the server's shell writes it to the standard error of ssh, before git's own talk begins. */
const refusals: readonly Row[] = [
  [
    "remote: \nremote: ========\nremote: \nremote: ERROR: You can't push code to an archived project.\nremote: ",
    'declined',
    /archived/,
  ],
  ['Forgejo: Repo: ada/x is archived.', 'declined', /archived/],
  ['Gitea: Repo: ada/x is archived.', 'declined', /archived/],
  ['remote: ERROR: This repository is over its data quota.', 'declined', /quota/],
  [
    'remote: ERROR: Your push cannot be completed because this repository has exceeded the allocated storage for your project.',
    'declined',
    /quota/,
  ],
  [
    'remote: ERROR: Your push has been rejected, because this repository has exceeded its size limit of 10 MB by 1 MB.',
    'declined',
    /quota/,
  ],
  [
    'remote: ERROR: The repository is temporarily read-only. Please try again later.',
    'declined',
    /wait/,
  ],
  ["remote: ERROR: You can't push code to a read-only GitLab instance.", 'declined', /wait/],
  [
    'ERROR: Your account is suspended. Please check your email for more information.',
    'authentication',
    /account/,
  ],
  ['ERROR: Repository access blocked', 'declined', /blocked/],
  ['conq: repository access denied.', 'authentication', /credentials/],
  [
    'repository access denied. deployment key is not associated with the requested repository.',
    'authentication',
    /credentials/,
  ],
  ['Access denied.', 'authentication', /credentials/],
  ['Unauthorized', 'authentication', /credentials/],
  // Words that from this machine mean that its own repository is in no order.
  [
    '-bash: cannot create temp file for here-document: Disk quota exceeded',
    'declined',
    /where the remote is/,
  ],
  ['fatal: write error: No space left on device', 'declined', /where the remote is/],
  ["fatal: cannot create '/srv/x.git/a': Read-only file system", 'declined', /ask its owner/],
  ['fatal: not a git repository (or any of the parent directories): .git', 'not-found', /set-url/],
  [
    "fatal: detected dubious ownership in repository at '/disks/3/x.git'",
    'authentication',
    /safe\.directory there/,
  ],
  [
    'error: insufficient permission for adding an object to repository database ./objects',
    'declined',
    /right to read and write the repository there/,
  ],
  [
    "fatal: '/srv/y.git': unable to access: Permission denied",
    'authentication',
    /right to read and write the repository there/,
  ],
]

/** With the mark of the server before them, whenever they come. */
const later: readonly Row[] = [
  ['remote: fatal: write error: Disk quota exceeded', 'declined', /where the remote is/],
  ['remote: fatal: not a git repository: .', 'not-found', /set-url/],
  [
    'remote: error: insufficient permission for adding an object to repository database ./objects',
    'declined',
    /right/,
  ],
]

describe('the words of a server', () => {
  it.each(refusals)('mean over ssh, for %j, %s', (said, kind, remedy) => {
    const problem = problemOfTalk(`${said}\n${tail}`, 128, ssh)
    expect(problem.kind).toBe(kind)
    expect(problem.remedy).toMatch(remedy)
    expect(problem.message).toContain(said.split('\n').findLast((line) => line.length > 10))
  })

  it.each(refusals.filter(([said]) => !said.startsWith('remote: ')))(
    'mean the same to libgit2: %j',
    (said, kind, remedy) => {
      const problem = problemOf(Object.assign(new Error(said), { errno: -20 }), ssh)
      expect(problem.kind).toBe(kind)
      expect(problem.remedy).toMatch(remedy)
    },
  )

  it.each(later)('count in the middle of the talk, %j', (said, kind, remedy) => {
    const problem = problemOfTalk(`${said}\nfatal: early EOF`, 128, https)
    expect(problem.kind).toBe(kind)
    expect(problem.remedy).toMatch(remedy)
  })

  it.each([
    'ssh: connect to host host port 22: Connection refused',
    'kex_exchange_identification: read: Connection reset by peer',
  ])('are not what this machine says where ssh did not come in: %j', (said) => {
    const beside = 'unix_listener: cannot bind to path /s: Read-only mount\nUnauthorized'
    expect(problemOfTalk(`${beside}\n${said}\n${tail}`, 128, ssh).kind).toBe('network')
  })

  it('are not the banner of a server that ends the talk', () => {
    const said = 'Unauthorized access is prohibited.\nConnection to host closed by remote host.'
    expect(problemOfTalk(`${said}\n${tail}`, 128, ssh).kind).toBe('network')
  })

  it.each([
    ['fatal: write error: Disk quota exceeded\nfatal: fetch-pack failed', 'disk-full'],
    ['fatal: not a git repository (or any of the parent directories): .git', 'not-a-repository'],
    [
      'error: insufficient permission for adding an object to repository database .git/objects',
      'unexpected',
    ],
  ] as const)('are not what this machine says after the talk began: %j', (said, kind) => {
    expect(problemOfTalk(`remote: Counting objects: 3\n${said}`, 128, ssh).kind).toBe(kind)
  })
})

describe('the words of a server of large files', () => {
  it.each([
    [
      'This repository is over its data quota. Account responsible for LFS bandwidth should purchase more data packs to restore access.',
      'declined',
      /quota/,
    ],
    ['Insufficient server storage: https://host/lfs/objects/batch', 'declined', /quota/],
    ['Bandwidth limit exceeded: https://host/lfs/objects/batch', 'declined', /quota/],
    ['LFS: Unprocessable entity: https://host/lfs/objects/batch', 'declined', /rules/],
    ['Client error &{%!s} from HTTP 413', 'declined', /too large/],
    ['Client error &{%!s} from HTTP 402', 'declined', /paid/],
    ['Authorization error: https://host/lfs/objects/batch', 'authentication', /credentials/],
    ['Repository or object not found: https://host/lfs/objects/batch', 'not-found', /set-url/],
    ['could not write: No space left on device', 'declined', /where the remote is/],
    ['Rate limit exceeded: https://host/lfs/objects/batch', 'network', /tried again/],
    ['Fatal error: Server error &{%!s} from HTTP 503', 'network', /tried again/],
    ['Post "https://host/lfs": dial tcp: connect: connection refused', 'network', /tried again/],
  ] as const)('mean, for %j, %s', (said, kind, remedy) => {
    const problem = problemOfTalk(`batch response: ${said}`, 2, https)
    expect(problem.kind).toBe(kind)
    expect(problem.remedy).toMatch(remedy)
  })
})
