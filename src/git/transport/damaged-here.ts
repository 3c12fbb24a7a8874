import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import type { Oid } from '../../actors/outcome.js'
import { findGit, runGit } from '../program/git-program.js'
import { failure } from '../problem/problem.js'
import type { GitFailure } from '../problem/problem.js'
import { shellWord } from '../../shell-word.js'
import type { PushRequest } from './port.js'

/** How git, also the server's, and libgit2 name an object that they cannot read. */
const named =
  /(?:unable to (?:read|unpack)|bad (?:tree|blob|commit)|missing (?:tree|blob|commit)|loose object|Could not read|object file|no match for id|cannot read header|hash mismatch - expected)[^\n]*?\b([0-9a-f]{2})\/?([0-9a-f]{38}(?:[0-9a-f]{24})?)\b/g

/** Objects that are looked at; where more are damaged, these are enough to tell. */
const lookedAt = 4

/** Whether the object is missing here, cannot be read, or is another one than its name says. */
const isDamaged = async (cwd: string, gitDir: string, oid: Oid): Promise<boolean> => {
  const { code, stdout } = await runGit([`--git-dir=${gitDir}`, 'cat-file', '--batch'], {
    cwd,
    stdin: `${oid}\n`,
  })
  const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)\n/.exec(stdout.subarray(0, 200).toString()) ?? []
  if (code !== 0 || type === undefined || size === undefined) return true
  const begin = stdout.indexOf('\n') + 1
  const hash = createHash(oid.length === 40 ? 'sha1' : 'sha256')
  hash.update(`${type} ${size}\0`).update(stdout.subarray(begin, begin + Number(size)))
  return hash.digest('hex') !== oid
}

/** What the file is called that the object is the content of, in the commit that is pushed; null where that cannot be told. */
const pathOf = async (
  cwd: string,
  { gitDir, oid }: PushRequest,
  object: Oid,
): Promise<string | null> => {
  const args = [`--git-dir=${gitDir}`, 'ls-tree', '-r', '-z', '--full-tree', oid]
  const { stdout } = await runGit(args, { cwd })
  const entry = stdout
    .toString()
    .split('\0')
    .find((one) => one.includes(` ${object}\t`))
  return entry === undefined ? null : entry.slice(entry.indexOf('\t') + 1)
}

/**
 * The failure to throw where a push could not be made from the objects that are here. The server says that it could not
 * unpack what it was sent, which is no rule of its own; and nothing of it hinders the next commit.
 *
 * @param words what git or libgit2 said
 */
export const damagedHere = async (
  cwd: string,
  request: PushRequest,
  words: string,
): Promise<GitFailure | null> => {
  if ((await findGit()) === null) return null
  const { gitDir } = request
  const oids = new Set(Array.from(words.matchAll(named), ([, a = '', b = '']) => a + b))
  for (const oid of [...oids].slice(0, lookedAt)) {
    if (!(await isDamaged(cwd, gitDir, oid))) continue
    const path = await pathOf(cwd, request, oid)
    const place = relative(cwd, `${gitDir}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`)
    const content = path === null ? '' : `, the content of ${path},`
    const again =
      path === null ? '' : ` (where the file is as it was: git hash-object -w ${shellWord(path)})`
    return failure(
      'declined',
      `Nothing was pushed: the object ${oid}${content} is missing or damaged in this repository.`,
      `Remove what is left of it, rm -f ${shellWord(place)}, and bring it back from another clone: there echo ${oid} | git pack-objects --stdout > FILE, here git unpack-objects < FILE${again}. git fsck names all that is damaged.`,
    )
  }
  return null
}

/** The same from libgit2, which does not always name the object; and there may be no git that looks at it. */
export const unreadableHere = async (
  cwd: string,
  request: PushRequest,
  words: string,
): Promise<GitFailure | null> => {
  const found = await damagedHere(cwd, request, words)
  if (found !== null || !/object not found|loose object|hash mismatch/.test(words)) return found
  return failure(
    'declined',
    `Nothing was pushed, since an object of this repository is missing or damaged: ${words}`,
    'git fsck names it; bring it back from another clone, or clone anew and move your files over.',
  )
}
