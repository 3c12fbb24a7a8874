import { describe, expect, it } from 'vitest'
import type { ProblemKind } from '../../src/actors/problem.js'
import {
  failure,
  GitFailure,
  problemOf,
  problemOfGitStderr,
  problemOfTalk,
} from '../../src/git/problem.js'

const https = 'https://host/x.git'
const ssh = 'git@host:x.git'
const disk = '/mnt/backup/x.git'
const tail =
  'fatal: Could not read from remote repository.\n\nPlease make sure you have the rights.\n'

type Row = readonly [said: string, url: string, kind: ProblemKind]

const gitWords: readonly Row[] = [
  ["fatal: unable to access 'https://host/x.git/': Could not resolve host: host", https, 'network'],
  [`ssh: Could not resolve hostname host: Name or service not known\n${tail}`, ssh, 'network'],
  [`ssh: connect to host host port 22: Connection refused\n${tail}`, ssh, 'network'],
  [`ssh: connect to host host port 22: Connection timed out\n${tail}`, ssh, 'timeout'],
  [`ssh: connect to host host port 22: No route to host\n${tail}`, ssh, 'network'],
  [
    "fatal: unable to access 'https://host/x.git/': getpeername() failed with errno 107: Transport endpoint is not connected",
    https,
    'network',
  ],
  ["fatal: unable to access 'https://host/x.git/': words of a newer curl", https, 'network'],
  [
    'fatal: unable to access: Failed to connect to host port 443: Connection refused',
    https,
    'network',
  ],
  ['error: RPC failed; curl 56 Recv failure: Connection reset by peer', https, 'network'],
  ['fatal: the remote end hung up unexpectedly', https, 'network'],
  ['fatal: protocol error: bad line length character: <htm', 'git://host/x.git', 'network'],
  [
    'fetch-pack: protocol error: bad band #84\nfatal: protocol error: bad pack header',
    ssh,
    'network',
  ],
  ['fatal: invalid ls-refs response: e351b74f46cc0dee?', https, 'network'],
  ['fatal: expected flush after ref listing', https, 'network'],
  [
    "fatal: unable to access 'https://host/x.git/': Received HTTP/0.9 when not allowed",
    https,
    'network',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': Malformed encoding found in chunked-encoding",
    https,
    'network',
  ],
  ['fatal: https://host/x.git/info/refs not valid: is this a git repository?', https, 'network'],
  [
    'fatal: unable to update url base from redirection:\n  asked for: https://host/x.git/info/refs',
    https,
    'network',
  ],
  ['fatal: unable to access: The requested URL returned error: 400', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 503', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 500', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 429', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 403', https, 'authentication'],
  ['fatal: unable to access: The requested URL returned error: 404', https, 'not-found'],
  [`git@host: Permission denied (publickey).\n${tail}`, ssh, 'authentication'],
  [`Permission denied, please try again.\n${tail}`, ssh, 'authentication'],
  [
    "remote: Invalid username or password.\nfatal: Authentication failed for 'https://host/'",
    https,
    'authentication',
  ],
  [
    "fatal: could not read Username for 'https://host': terminal prompts disabled",
    https,
    'authentication',
  ],
  [
    'remote: Permission to a/b.git denied to c.\nfatal: unable to access: 403',
    https,
    'authentication',
  ],
  ['remote: HTTP Basic: Access denied', https, 'authentication'],
  [`Host key verification failed.\n${tail}`, ssh, 'host-key'],
  [
    `@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nPermission denied (publickey).\n${tail}`,
    ssh,
    'host-key',
  ],
  [
    'fatal: unable to access: SSL certificate problem: self-signed certificate',
    https,
    'certificate',
  ],
  [
    'fatal: unable to access: server certificate verification failed. CAfile: none',
    https,
    'certificate',
  ],
  ["fatal: repository 'https://host/x.git/' not found", https, 'not-found'],
  [`remote: Repository not found.\n${tail}`, https, 'not-found'],
  [`ERROR: Repository not found.\n${tail}`, ssh, 'not-found'],
  ["fatal: repository '/x/y.git' does not exist", 'https://example.org/y.git', 'not-found'],
  ["git: 'remote-foo' is not a git command. See 'git --help'.", 'foo::bar', 'not-found'],
  ['error: cannot run ssh: No such file or directory\nfatal: unable to fork', ssh, 'not-found'],
  [`sh: 1: ssh: not found\n${tail}`, ssh, 'not-found'],
  // What ssh and curl say of themselves is not about the repository.
  [`ssh: connect to host host port 22: Permission denied\n${tail}`, ssh, 'network'],
  [
    `Could not create directory '/home/a/.ssh' (Read-only file system).\nssh: connect to host host port 22: Connection timed out\n${tail}`,
    ssh,
    'timeout',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': Failed to connect to host port 443: Permission denied",
    https,
    'network',
  ],
  [
    `Load key "/home/a/.ssh/id_rsa": Permission denied\ngit@host: Permission denied (publickey).\n${tail}`,
    ssh,
    'authentication',
  ],
  [`Bad owner or permissions on /home/a/.ssh/config\n${tail}`, ssh, 'authentication'],
  [
    'fatal: remote error: access denied or repository not exported: /x',
    'git://host/x',
    'not-found',
  ],
  [
    `fatal: '/srv/x.git' does not appear to be a git repository\n${tail}`,
    'ssh://host/srv/x.git',
    'not-found',
  ],
  [`fatal: '${disk}' does not appear to be a git repository\n${tail}`, disk, 'network'],
  [`fatal: '${disk}' does not appear to be a git repository\n${tail}`, `file://${disk}`, 'network'],
  [`fatal: 'origin' does not appear to be a git repository\n${tail}`, '', 'not-found'],
  [' ! [remote rejected] main -> main (pre-receive hook declined)', https, 'declined'],
  ['remote: error: GH006: Protected branch update failed for refs/heads/main.', https, 'declined'],
  [' ! [rejected] main -> main (non-fast-forward)', https, 'work-tree-moved'],
  [' ! [rejected] main -> main (fetch first)', https, 'work-tree-moved'],
  [' ! [rejected] main -> main (stale info)', https, 'work-tree-moved'],
  ["fatal: Unable to create '/w/.git/index.lock': File exists.", '', 'locked'],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': is at 1 but expected 2",
    https,
    'work-tree-moved',
  ],
  ['fatal: write error: No space left on device', '', 'disk-full'],
  ['remote: fatal: write error: No space left on device\nfatal: early EOF', https, 'network'],
  ["error: unable to create file 'a': Permission denied", '', 'unexpected'],
  ["fatal: detected dubious ownership in repository at '/w'", disk, 'not-owner'],
  [`fatal: detected dubious ownership in repository at '${disk}'\n${tail}`, disk, 'authentication'],
  [`fatal: '${disk}/HEAD': Permission denied`, disk, 'authentication'],
  ['fatal: not a git repository (or any of the parent directories): .git', '', 'not-a-repository'],
  ['fatal: empty ident name (for <>) not allowed', '', 'no-identity'],
  ["error: unable to create file 'a': Read-only file system", '', 'unexpected'],
  ["fatal: cannot create directory at 'a/b': File name too long", '', 'unexpected'],
  ['error: unable to read sha1 file of a (0123456)', '', 'unexpected'],
  [
    'remote: fatal: unable to read 0123456789012345678901234567890123456789\nfatal: early EOF',
    https,
    'declined',
  ],
  [
    'error: bad tree object main\nremote: aborting due to possible repository corruption on the remote side.\nfatal: protocol error: bad pack header',
    disk,
    'declined',
  ],
  [
    'remote: aborting due to possible repository corruption on the remote side.\nfatal: write error: No space left on device',
    disk,
    'disk-full',
  ],
  [
    `fatal: loose object 9eb3b47 (stored in ./objects/9e/b3b47) is corrupt\nfatal: the remote end hung up`,
    ssh,
    'declined',
  ],
  ['fatal: something nobody has seen yet', https, 'unexpected'],
]

/** Of this machine, whatever it was that met them: they are no outage. */
const localWords: readonly Row[] = [
  ['fatal: write error: No space left on device', https, 'disk-full'],
  ["error: unable to create file 'a': Read-only file system", https, 'unexpected'],
  [
    'error: insufficient permission for adding an object to repository database .git/objects\nfatal: failed to write object\nfatal: unpack-objects failed',
    https,
    'unexpected',
  ],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': Unable to create '/w/.git/refs/remotes/origin/main.lock': Permission denied\n ! 653f6fa..f0d74cf  main -> origin/main  (unable to update local ref)",
    https,
    'unexpected',
  ],
  [
    'fatal: loose object 3368f2a17dc7f3d7ceb07fff8993559010859913 (stored in .git/objects/33/68f2a17) is corrupt',
    https,
    'unexpected',
  ],
  [
    'fatal: bad object refs/heads/main\nerror: /x.git did not send all necessary objects',
    disk,
    'unexpected',
  ],
  ['fatal: bad object 2616daf822bfee9b922d0a6d49fdc852d9be3c60', https, 'unexpected'],
  ['error: index file .git/objects/pack/pack-20.idx is too small', https, 'unexpected'],
  ["fatal: Unable to create '/w/.git/shallow.lock': File exists.", https, 'locked'],
]

/** Who has to do what, where the kind alone does not tell. */
const gitRemedies: readonly (readonly [said: string, url: string, remedy: RegExp])[] = [
  ["error: unable to create file 'a': Permission denied", '', /^Give yourself the right/],
  ["error: unable to create file 'a': Read-only file system", '', /read-write/],
  [`fatal: '${disk}/objects': Read-only file system`, disk, /read-write/],
  ["fatal: cannot create directory at 'a/b': File name too long", '', /[Ss]horten/],
  ['remote: error: bad tree object main', https, /owner of the remote/],
  ['remote: fatal: unable to read 01234567', https, /owner of the remote/],
  ['fatal: unable to read tree 01234567', https, /here.*git fsck/],
]

describe('problemOfGitStderr', () => {
  it.each(gitWords)('reads %j at %j as %s', (said, url, kind) => {
    const problem = problemOfGitStderr(said, 128, url)
    expect(problem.kind).toBe(kind)
    expect(problem.remedy).toMatch(/\w.*\.$/)
  })

  it.each(gitRemedies)('has for %j at %j the remedy %s', (said, url, remedy) => {
    expect(problemOfGitStderr(said, 128, url).remedy).toMatch(remedy)
  })

  it('says the same of the same problem, whatever the numbers and the temporary names', () => {
    const said = (name: string, n: number): string =>
      `remote: Enumerating objects: ${String(n)}, done.\nremote: Total ${String(n)} (delta 0), reused 0 (delta 0), pack-reused 0        \nfatal: unable to write /w/.git/objects/pack/tmp_pack_${name}: No space left on device`
    const { message } = problemOfGitStderr(said('AbCdEf', 3), 128, disk)
    expect(message).toMatch(/^fatal: unable to write .*tmp_pack_\*: No space left on device$/)
    expect(problemOfGitStderr(said('GhIjKl', 900), 128, disk).message).toBe(message)
  })

  it('tells the words of the server without what they are filled up with', () => {
    const said = 'remote: fatal: unable to read 0123456        \nremote: aborting.\0\nfatal: odd'
    expect(problemOfGitStderr(said, 128, https).message).toBe(
      'remote: fatal: unable to read 0123456\nremote: aborting.\nfatal: odd',
    )
  })

  it('tells the exit code where git said nothing', () => {
    expect(problemOfGitStderr('', 42).message).toContain('42')
  })

  it('leaves out progress and hints and keeps the end of what is too long', () => {
    const said = `Receiving objects:  50% (1/2)\rReceiving objects: 100% (2/2)\n${'x'.repeat(5000)}\nhint: do\nfatal: odd`
    const { message } = problemOfGitStderr(said, 128)
    expect(message).not.toMatch(/Receiving|hint/)
    expect(message.endsWith('fatal: odd')).toBe(true)
    expect(message.length).toBeLessThan(2000)
  })
})

describe('problemOfTalk', () => {
  it.each([...localWords, ...gitWords.slice(0, -1)])('reads %j at %j as %s', (said, url, kind) => {
    expect(problemOfTalk(said, 128, url).kind).toBe(kind)
  })

  it.each([
    'fatal: something nobody has seen yet',
    'fatal: pack has bad object at offset 12: inflate returned -3\nfatal: fetch-pack: invalid index-pack output',
    '',
  ])('takes %j for an outage, which stops no commit, and sends to its words', (said) => {
    const problem = problemOfTalk(said, 128, https)
    expect(problem.kind).toBe('network')
    expect(problem.remedy).toMatch(/message.*tried again/)
  })

  it.each([
    [
      'gcrypt',
      'gcrypt::/x',
      /^git-remote-gcrypt is not installed/,
      /apt install git-remote-gcrypt/,
    ],
    ['https', https, /^git-remote-https is not installed/, /package.* git/],
    ['odd', 'odd::/x', /^git-remote-odd is not installed/, /PATH/],
  ])('says that git-remote-%s is missing and how it comes', (name, url, message, remedy) => {
    const said = `git: 'remote-${name}' is not a git command. See 'git --help'.\n\nThe most similar command is\n\tremote-ftp`
    const problem = problemOfTalk(said, 128, url)
    expect(problem.kind).toBe('not-found')
    expect(problem.message).toMatch(message)
    expect(problem.remedy).toMatch(remedy)
  })
})

const libgit2 = (errno: number, message: string): Error =>
  Object.assign(new Error(message), { errno, errorFunction: 'Remote.connect' })

const libgit2Errors: readonly (readonly [number, string, string, ProblemKind])[] = [
  [-14, 'failed to create locked file', '', 'locked'],
  [-14, "could not open '/w/a': is locked: Permission denied", '', 'unexpected'],
  [
    -4,
    "failed to write reference 'refs/heads/main': a reference with that name already exists.",
    '',
    'work-tree-moved',
  ],
  [-15, 'current tip is not the first parent', '', 'work-tree-moved'],
  [-13, '1 conflict prevents checkout', '', 'work-tree-moved'],
  [-11, 'cannot push non-fastforwardable reference', '', 'work-tree-moved'],
  [-16, 'remote rejected authentication', ssh, 'authentication'],
  [-17, 'user rejected certificate', ssh, 'host-key'],
  [-17, 'user rejected certificate', 'ssh://host/x', 'host-key'],
  [-17, 'the SSL certificate is invalid', https, 'certificate'],
  [-20, 'unexpected end', ssh, 'network'],
  [-20, "'/srv/x' does not appear to be a git repository", ssh, 'not-found'],
  [-36, 'repository path is not owned by current user', '', 'not-owner'],
  [-37, 'whatever was said before', https, 'timeout'],
  [-8, 'local push does not support non-bare', disk, 'declined'],
  [-1, 'failed to connect to host: Connection refused', https, 'network'],
  [-1, 'failed to resolve address for host', https, 'network'],
  [-1, 'unexpected http status code: 401', https, 'authentication'],
  [-1, 'unexpected http status code: 403', https, 'authentication'],
  [-1, 'unexpected http status code: 404', https, 'not-found'],
  [-1, 'unexpected http status code: 502', https, 'network'],
  [-1, 'unsupported URL protocol', disk, 'network'],
  [-1, "failed to resolve path '/mnt/backup/x.git': No such file or directory", disk, 'network'],
  [-1, 'unsupported URL protocol', 'odd://host/x', 'not-found'],
  [-1, 'something nobody has seen yet', https, 'network'],
  [-1, 'object not found - no match for id (0123456)', https, 'unexpected'],
  [-3, "remote 'origin' does not exist", '', 'not-found'],
  [-1, 'failed to write: No space left on device', '', 'disk-full'],
  [-3, 'object not found - no match for id (0123456)', disk, 'unexpected'],
  [-1, 'something nobody has seen yet', '', 'unexpected'],
]

describe('problemOf', () => {
  it.each(libgit2Errors)('reads libgit2 %i %j at %j as %s', (errno, said, url, kind) => {
    const problem = problemOf(libgit2(errno, said), url)
    expect(problem.kind).toBe(kind)
    expect(problem.message).toBe(said)
    expect(problem.remedy).toMatch(/\w.*\.$/)
  })

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EROFS', 'unexpected'],
    ['EACCES', 'unexpected'],
    ['EPERM', 'unexpected'],
    ['ENOENT', 'work-tree-moved'],
    ['EBUSY', 'locked'],
    ['ECONNREFUSED', 'network'],
    ['ETIMEDOUT', 'timeout'],
    ['ENAMETOOLONG', 'unexpected'],
    ['EXDEV', 'unexpected'],
  ] as const)('reads the system code %s as %s', (code, kind) => {
    const error = Object.assign(new Error(`${code}: open '/w/a'`), {
      code,
      errno: -36,
      syscall: 'open',
    })
    expect(problemOf(error)).toMatchObject({ kind, message: error.message })
  })

  it.each([
    ['EACCES', /right to read and write/],
    ['EROFS', /read-write/],
    ['ENAMETOOLONG', /[Ss]horten/],
    ['EXDEV', /same file system/],
  ])('has a remedy of its own for %s', (code, remedy) => {
    const error = Object.assign(new Error(`${code}: open`), { code, errno: -13 })
    expect(problemOf(error).remedy).toMatch(remedy)
  })

  it('tells no temporary name of libgit2’s', () => {
    const said = (name: string): string =>
      `failed to write '/w/.git/objects/pack/pack_git2_${name}': No space left on device`
    expect(problemOf(libgit2(-1, said('0a1b2c3d'))).message).toBe(said('*'))
  })

  it.each([['a string'], [undefined], [null], [{ odd: true }]])(
    'takes %j for unexpected',
    (thrown) => {
      expect(problemOf(thrown)).toMatchObject({ kind: 'unexpected' })
    },
  )

  it('gives back the problem that a failure carries, without its secrets', () => {
    const thrown = failure(
      'network',
      'no way to https://bob:hunter2@host/',
      'Ask https://t0ken@host/.',
    )
    expect(thrown).toBeInstanceOf(GitFailure)
    expect(problemOf(thrown)).toEqual({
      kind: 'network',
      message: 'no way to https://***@host/',
      remedy: 'Ask https://***@host/.',
    })
    expect(thrown.message).not.toContain('hunter2')
  })
})
