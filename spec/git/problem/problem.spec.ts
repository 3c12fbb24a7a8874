import { describe, expect, it } from 'vitest'
import type { ProblemKind } from '../../../src/actors/problem.js'
import {
  failure,
  GitFailure,
  problemOf,
  problemOfGitStderr,
} from '../../../src/git/problem/problem.js'
import { disk, gitWords, https, ssh } from '../../support/git-words.js'

/** Who has to do what, where the kind alone does not tell. */
const gitRemedies: readonly (readonly [said: string, url: string, remedy: RegExp])[] = [
  ["error: unable to create file 'a': Permission denied", '', /^Give yourself the right/],
  ["error: unable to create file 'a': Read-only file system", '', /read-write/],
  [`fatal: '${disk}/objects': Read-only file system`, disk, /read-write/],
  ["fatal: cannot create directory at 'a/b': File name too long", '', /[Ss]horten/],
  ['remote: error: bad tree object main', https, /owner of the remote/],
  [
    `error: no DAV locking support on ${https}/\nfatal: git-http-push failed`,
    https,
    /sign in first/,
  ],
  ["invalid content-type: 'text/html'", https, /sign in first/],
  ['remote: fatal: unable to read 01234567', https, /owner of the remote/],
  ['fatal: unable to read tree 01234567', https, /here.*git fsck/],
  ['failed to insert entry: invalid object specified - d', '', /here.*git fsck/],
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

  it.each([
    [`${disk}/objects/pack/pack_git2_ab`, `file://${disk}`, 'declined'],
    [`${disk}/objects/pack/pack_git2_ab`, `${disk}/`, 'declined'],
    [`${disk}-work/.git/objects/pack/pack_git2_ab`, disk, 'disk-full'],
  ])('tells whose disk is full: %s, at %s', (file, url, kind) => {
    const said = new Error(`cannot extend packfile '${file}': No space left on device`)
    const problem = problemOf(Object.assign(said, { errno: -1 }), url)
    expect(problem.kind).toBe(kind)
    expect(problem.remedy.includes(url)).toBe(kind === 'declined')
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

  it('leaves out where a clone is made meanwhile', () => {
    const said = "Cloning into '/h/.x-aside'...\nfatal: odd"
    expect(problemOfGitStderr(said, 128, https).message).toBe('fatal: odd')
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
  [-1, 'object not found - no match for id (0123456)', https, 'declined'],
  [-3, "remote 'origin' does not exist", '', 'not-found'],
  [-1, 'failed to write: No space left on device', '', 'disk-full'],
  [-3, 'object not found - no match for id (0123456)', disk, 'declined'],
  [-3, 'object not found - no match for id (0123456)', '', 'unexpected'],
  [-1, 'something nobody has seen yet', '', 'unexpected'],
]

describe('problemOf', () => {
  it.each(libgit2Errors)('reads libgit2 %i %j at %j as %s', (errno, said, url, kind) => {
    const problem = problemOf(libgit2(errno, said), url)
    expect(problem.kind).toBe(kind)
    expect(problem.message).toBe(said)
    expect(problem.remedy).toMatch(/\w.*\.$/)
  })

  it('has a remedy for a server that does not hear libgit2 out', () => {
    const said = 'error receiving data from socket: Broken pipe'
    const problem = problemOf(libgit2(-1, said), https)
    expect(problem).toMatchObject({
      kind: 'network',
      remedy: expect.stringMatching(/too large: the git program tells/) as string,
    })
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
