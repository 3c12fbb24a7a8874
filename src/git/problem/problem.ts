import type { Problem, ProblemKind } from '../../actors/problem.js'
import { withoutSecretOf } from './address-secret.js'
import { isSsh, localPath } from './address.js'
import { certificateRemedy, certificateRemedyOfLibgit2 } from './certificate.js'
import { redact } from '../../redact.js'
import { missingProgram } from '../program/missing-program.js'
import { brokenSignIn, damagedHere, permission, readOnly, sayingIn, tooLong } from './sayings.js'
import { voicesIn } from './voices.js'

/** An expected failure on its way out of this room, where it becomes a report. */
export class GitFailure extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'GitFailure'
    this.problem = problem
  }
}

/** What is told to a person where nothing more precise is known. */
const remedies: Readonly<Record<ProblemKind, string>> = {
  locked: 'Let the other git command finish; if none runs, remove the lock file that is named.',
  'work-tree-moved': 'Nothing to do: it is looked at again.',
  network: 'Check the connection and that the remote is there; it is tried again.',
  timeout: 'Check the connection, or raise networkTimeout; it is tried again.',
  authentication:
    'Check the credentials and their rights: load the key into the ssh agent or set sshKey; for https set up a git credential helper.',
  'host-key':
    'Compare the host key with what the server publishes, then add it to known_hosts (ssh-keyscan) or replace the old one (ssh-keygen -R).',
  certificate:
    'Check the server’s certificate and the clock; trust a private authority with http.sslCAInfo.',
  declined: 'Change what the server’s rules object to, or the rules.',
  'not-found': 'Correct the address with git remote set-url, or create the repository there.',
  'detached-head': 'Switch to a branch with git switch.',
  'wrong-branch': 'Switch to the branch that the configuration names, or change the configuration.',
  'operation-in-progress': 'Finish or abort it with git.',
  'no-identity': 'Set user.name and user.email with git config, or author in the configuration.',
  'not-a-repository': 'Check the path, or run gitsync init.',
  'not-owner': 'Make yourself the owner of the repository, or add it to git’s safe.directory.',
  conflict: 'Merge by hand, or choose another conflict policy.',
  'root-emptied': 'Mount or restore the folder; delete one file by hand if the deletion was meant.',
  'disk-full': 'Free some space.',
  'already-running': 'Stop the other one.',
  unexpected: 'Read the message; gitsync doctor may tell more.',
}

/** The random end of a temporary name: with it the same problem would be told again each time. */
const randomEnd = /(\btmp_(?:[a-z]+_|objdir-[a-z-]+-)|_git2_|\.git_signing_(?:key|buffer)_tmp)\w+/g

/** A problem of this kind, without secrets, with a remedy. */
const problem = (kind: ProblemKind, message: string, remedy = remedies[kind]): Problem => ({
  kind,
  message: redact(message.trim().replace(randomEnd, '$1*')),
  remedy: redact(remedy),
})

/** The failure to throw. */
export const failure = (kind: ProblemKind, message: string, remedy?: string): GitFailure =>
  new GitFailure(problem(kind, message, remedy))

/** Whether the words name the remote's own directory, on this machine or at the end of its address. */
const namesRemote = (text: string, url: string): boolean => {
  const local = localPath(url)?.replace(/\/+$/, '') ?? null
  return [...text.matchAll(/'([^'\n]+)'/g)].some(
    ([, named = '']) =>
      (local !== null && `${named}/`.startsWith(`${local}/`)) ||
      url.endsWith(named.replace(/\/\.git$/, '')),
  )
}

/** Of a talk with a remote that failed in words that nobody knows: nothing says that the repository is at fault. */
const unknownTalk = 'Read the message; gitsync doctor may tell more. It is tried again.'

/** What was said while talking to a remote at this address. Its owner, its rights and its absence are the remote's side. */
const problemOfWords = (
  text: string,
  url: string,
  otherwise: ProblemKind,
  voices = voicesIn(text, url),
): Problem => {
  const missing = missingProgram(text)
  if (missing !== null) return problem('not-found', missing.message, missing.remedy)
  const saying = sayingIn(text, voices)
  const [, kind, remedy] = saying ?? [null, otherwise]
  // Damage that a talk met is in the way of the talk; a commit may have no need of what is damaged.
  if (remedy === damagedHere && url !== '') return problem('declined', text, remedy)
  const barred = kind === 'not-owner' || remedy === permission || remedy === readOnly
  if (barred && namesRemote(text, url))
    return problem('authentication', text, remedy ?? remedies[kind])
  if (kind === 'disk-full' && namesRemote(text, url))
    return problem('declined', text, `Free some space on the disk of the remote, ${url}.`)
  const gone =
    kind === 'not-found' ||
    (saying === undefined &&
      /unsupported URL protocol|failed to resolve path|No such file/.test(text))
  if (gone && localPath(url) !== null)
    return problem('network', text, `Mount the disk that ${url} is on, or correct the address.`)
  if (kind === 'certificate') return problem(kind, text, certificateRemedy(text, url))
  const unknown = saying === undefined && otherwise === 'network'
  return problem(kind, text, unknown ? unknownTalk : remedy)
}

const eAuth = -16

/** libgit2's codes that mean one thing, whatever the message, which may be of an earlier error. */
const libgit2Kinds: ReadonlyMap<number, ProblemKind> = new Map([
  [-11, 'work-tree-moved'],
  [-13, 'work-tree-moved'],
  [-15, 'work-tree-moved'],
  [eAuth, 'authentication'],
  [-34, 'work-tree-moved'],
  [-36, 'not-owner'],
  [-37, 'timeout'],
])

/** Over ssh libgit2 tells with it what the server wrote to its standard error. */
const eEndOfFile = -20

/** What the codes mean where the message says nothing that is known. */
const libgit2Guesses: ReadonlyMap<number, ProblemKind> = new Map([
  [-8, 'declined'],
  [-14, 'locked'],
  [eEndOfFile, 'network'],
])

const eCertificate = -17

/** The system's codes, as node names them. */
const systemKinds: ReadonlyMap<string, readonly [ProblemKind, remedy?: string]> = new Map([
  ['ENOSPC', ['disk-full']],
  ['EDQUOT', ['disk-full']],
  ['EROFS', ['unexpected', readOnly]],
  ['ENAMETOOLONG', ['unexpected', tooLong]],
  ['EXDEV', ['unexpected', 'Keep the work tree, its folders and .git on the same file system.']],
  ['EACCES', ['unexpected', permission]],
  ['EPERM', ['unexpected', permission]],
  ['ENOENT', ['work-tree-moved']],
  ['ENOTDIR', ['work-tree-moved']],
  ['EISDIR', ['work-tree-moved']],
  ['ENOTEMPTY', ['work-tree-moved']],
  ['EEXIST', ['work-tree-moved']],
  ['EBUSY', ['locked']],
  ['EMFILE', ['locked', 'Allow more open files with ulimit -n.']],
  ['ENFILE', ['locked', 'Allow more open files on this system.']],
  ['ETIMEDOUT', ['timeout']],
  ['ENOTFOUND', ['network']],
  ['EAI_AGAIN', ['network']],
  ['ECONNREFUSED', ['network']],
  ['ECONNRESET', ['network']],
  ['EHOSTUNREACH', ['network']],
  ['ENETUNREACH', ['network']],
])

const fieldOf = (error: unknown, name: 'code' | 'errno'): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined

const problemOfThrown = (error: unknown, url: string): Problem => {
  if (error instanceof GitFailure) return error.problem
  const text = error instanceof Error ? error.message : String(error)
  const code = fieldOf(error, 'code')
  const system = typeof code === 'string' ? systemKinds.get(code) : undefined
  if (system !== undefined) return problem(system[0], text, system[1])
  const errno = fieldOf(error, 'errno')
  // The system numbers its errors below zero too, with other meanings.
  if (typeof errno !== 'number' || typeof code === 'string')
    return problemOfWords(text, url, 'unexpected')
  if (errno === eCertificate)
    return isSsh(url) || /host ?key/i.test(text)
      ? problem('host-key', text)
      : problem('certificate', text, certificateRemedyOfLibgit2(url))
  if (errno === eAuth && brokenSignIn.test(text)) return problem('network', text)
  const certain = libgit2Kinds.get(errno)
  if (certain !== undefined) return problem(certain, text)
  return problemOfWords(
    text,
    url,
    libgit2Guesses.get(errno) ?? (url === '' ? 'unexpected' : 'network'),
    errno === eEndOfFile && isSsh(url) ? { ours: '', servers: text } : voicesIn(text, url),
  )
}

/** What any thrown value means; `url` is the remote's address where a remote was talked to. */
export const problemOf = (error: unknown, url = ''): Problem =>
  withoutSecretOf(url, problemOfThrown(error, url))

/** Past this a message is cut: the words that matter come first or last, and a journal keeps it. */
const messageBound = 1500

/** Progress, which has other numbers each time, hints, the place of a clone meanwhile, what our own helper tells us, and nothing at all. */
const unsaid =
  /^hint: |^gitsync: |^Cloning into '|: +\d+% \(|^remote: *$|^(?:remote: *)?(?:Enumerating objects: |Delta compression using |Total \d)/

/** What git said, less its progress and its hints. */
const wordsOf = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    // The server's lines come padded, and one of them with its end in C.
    .map((line) => line.replace(/[\s\0]+$/, ''))
    .filter((line) => line !== '' && !unsaid.test(line))
    .join('\n')
    .slice(-messageBound)

const problemOfStderr = (
  stderr: string,
  exitCode: number,
  url: string,
  otherwise: ProblemKind,
): Problem => {
  const words = wordsOf(stderr)
  const said = words === '' ? `git ended with code ${String(exitCode)}` : words
  return withoutSecretOf(url, problemOfWords(said, url, otherwise))
}

/** What the git program's words mean (LC_ALL=C); `url` is the remote's address where a remote was talked to. */
export const problemOfGitStderr = (stderr: string, exitCode: number, url = ''): Problem =>
  problemOfStderr(stderr, exitCode, url, 'unexpected')

/** The same where a remote was talked to: what nobody knows is an outage, which stops no commit. */
export const problemOfTalk = (stderr: string, exitCode: number, url: string): Problem =>
  problemOfStderr(stderr, exitCode, url, 'network')
