import type { RepoSettings } from '../../actors/settings.js'
import type { GitSignature } from '../git-objects.js'
import { libgit2 } from '../libgit2.js'
import { failure } from '../problem/problem.js'
import type { AskedSettings } from '../program/asked-settings.js'
import { askedSettings } from '../program/asked-settings.js'
import type { Repository } from '../repository.js'

export interface Signatures {
  readonly author: GitSignature
  readonly committer: GitSignature
}

interface Person {
  readonly name: string
  readonly email: string
}

/** What git takes off both ends of a name and an address, and out of them. */
const crud = /^[\s.,:;"\\']+|[<>\n]|[\s.,:;"\\']+$/g

const nonEmpty = (value: string | null | undefined): string | undefined =>
  value === null || value === '' ? undefined : value

/** Who git would take for that; null where it would have to guess. Its order is that of ident.c, since git 2.22. */
const personOf = (
  role: 'author' | 'committer',
  settings: AskedSettings,
  env: NodeJS.ProcessEnv,
): Person | null => {
  const of = (key: 'name' | 'email'): string | null =>
    env[`GIT_${role}_${key}`.toUpperCase()] ??
    nonEmpty(settings.get(`${role}.${key}`)) ??
    settings.get(`user.${key}`) ??
    (key === 'email' ? nonEmpty(env.EMAIL) : undefined) ??
    null
  const name = of('name')?.replace(crud, '') ?? ''
  const email = of('email')?.replace(crud, '') ?? ''
  // libgit2 writes no commit of a person without an address, which git does.
  return name === '' || email === '' ? null : { name, email }
}

/** Null also where it would refuse what git takes. */
const found = ({ git }: Repository) => libgit2.Signature.defaultFromEnv(git).catch(() => null)

/** By libgit2's time, which may be set in the environment. */
const signed = async (person: Person, by: GitSignature | null): Promise<GitSignature> => {
  const { name, email } = person
  if (by === null) return libgit2.Signature.now(name, email)
  if (by.name() === name && by.email() === email) return by
  return libgit2.Signature.create(name, email, by.when().time(), by.when().offset())
}

/** As git itself would sign, where it can be asked: libgit2 knows neither all of its includes nor what the environment says. */
const readOwn = async (repository: Repository): Promise<Signatures | null> => {
  const [asked, own] = await Promise.all([askedSettings(repository), found(repository)])
  const theirs = own === null ? null : { author: own.author_out, committer: own.committer_out }
  if (asked === null) return theirs
  const author = personOf('author', asked, process.env)
  const committer = personOf('committer', asked, process.env)
  if (author === null || committer === null) return theirs
  return {
    author: await signed(author, own?.author_out ?? null),
    committer: await signed(committer, own?.committer_out ?? null),
  }
}

/** Who commits: git's own settings and environment, the author as configured. @throws GitFailure `no-identity` */
export const readSignatures = async (
  repository: Repository,
  { author }: Pick<RepoSettings, 'author'>,
): Promise<Signatures> => {
  const given = author === null ? null : await libgit2.Signature.now(author.name, author.email)
  const own = await readOwn(repository)
  if (own !== null) return { ...own, author: given ?? own.author }
  if (given !== null) return { author: given, committer: given }
  throw failure(
    'no-identity',
    'git does not know who commits: user.name and user.email are not set.',
  )
}

/** For who only looks: the program is asked by nobody whom libgit2 knows. @throws GitFailure `no-identity` */
export const refuseAnonymous = async (
  repository: Repository,
  settings: Pick<RepoSettings, 'author'>,
): Promise<void> => {
  if (settings.author === null && (await found(repository)) === null)
    await readSignatures(repository, settings)
}
