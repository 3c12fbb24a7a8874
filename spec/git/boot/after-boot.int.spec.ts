import { settingsOf } from '../../support/settings.js'
import {
  committedRepository,
  git,
  temporaryFolder,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mendAfterBoot } from '../../../src/git/boot/after-boot.js'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { openRepository } from '../../../src/git/repository.js'
import { here } from '../../../src/git/lock/running-system.js'
import { looseAt } from '../../support/loose-objects.js'
import { stepsOn } from '../../support/steps.js'

const content = 'What a power cut came in between.\n'.repeat(40)

const noteOf = (dir: string): string => join(dir, '.git/gitsync/boot')

/** The object that a content becomes, made elsewhere: its name, and the bytes of its file. */
const objectOf = (text: string): { readonly oid: string; readonly bytes: Buffer } => {
  const elsewhere = temporaryFolder()
  git(elsewhere, ['init', '-q'])
  const oid = git(elsewhere, ['hash-object', '-w', '--stdin'], { input: text })
  return { oid, bytes: readFileSync(looseAt(elsewhere, oid)) }
}

/** Writes the file of an object as a cut leaves it. @returns its name */
const leave = (dir: string, text: string, as: (whole: Buffer) => Buffer): string => {
  const { oid, bytes } = objectOf(text)
  mkdirSync(dirname(looseAt(dir, oid)), { recursive: true })
  writeFileSync(looseAt(dir, oid), as(bytes))
  return oid
}

const nothing = (): Buffer => Buffer.alloc(0)

const tearings: readonly (readonly [string, (whole: Buffer) => Buffer])[] = [
  ['empty', nothing],
  ['its first half', (whole) => whole.subarray(0, whole.length / 2)],
  ['all but its last byte', (whole) => whole.subarray(0, -1)],
  ['zeros', (whole) => Buffer.alloc(whole.length)],
  ['zeros from the middle on', (whole) => whole.fill(0, whole.length >> 1)],
  ['another object', () => objectOf('another\n').bytes],
]

const repository = (): string => {
  const dir = committedRepository({ a: 'a\n' })
  mkdirSync(join(dir, '.git/gitsync'), { recursive: true })
  return dir
}

const mendAt = async (dir: string, boot: string): Promise<void> => {
  const repository = await openRepository(dir)
  await mendAfterBoot(repository, await openIndexCopy(repository), { boot }, settingsOf(dir))
}

describe('an object that a power cut tore', () => {
  it.each(tearings)('that is %s stands in no commit’s way', async (_, tearing) => {
    const dir = committedRepository({ a: 'a\n' })
    const oid = leave(dir, content, tearing)
    expect(tryGit(dir, ['fsck']).code).not.toBe(0)
    writeFiles(dir, { b: content })
    const steps = stepsOn(dir)
    await steps.save()
    steps.workTree.close()
    expect(git(dir, ['rev-parse', 'HEAD:b'])).toBe(oid)
    expect(git(dir, ['cat-file', 'blob', oid])).toBe(content.trimEnd())
    expect(tryGit(dir, ['fsck', '--no-progress'])).toEqual({ code: 0, text: '' })
    expect(readdirSync(join(dir, '.git/gitsync/torn'))).toEqual([oid])
    expect(readFileSync(noteOf(dir), 'utf8')).toBe(here.boot)
  })

  it('is looked for at the first start after a boot', async () => {
    const dir = repository()
    await mendAt(dir, 'first')
    const oid = leave(dir, content, nothing)
    await mendAt(dir, 'first')
    expect(existsSync(looseAt(dir, oid))).toBe(true)
    await mendAt(dir, 'second')
    expect(existsSync(looseAt(dir, oid))).toBe(false)
    expect(readFileSync(noteOf(dir), 'utf8')).toBe('second')
  })

  it('is looked for among what is no older than a day before the last look', async () => {
    const dir = repository()
    await mendAt(dir, 'first')
    const [young, old] = [leave(dir, 'young\n', nothing), leave(dir, 'old\n', nothing)]
    const ago = (hours: number): number => Date.now() / 1000 - hours * 3600
    utimesSync(looseAt(dir, young), ago(23), ago(23))
    utimesSync(looseAt(dir, old), ago(25), ago(25))
    await mendAt(dir, 'second')
    expect([young, old].map((oid) => existsSync(looseAt(dir, oid)))).toEqual([false, true])
  })
})

describe('what is not torn', () => {
  it('stays, and so does what cannot be read', async () => {
    const dir = repository()
    const folder = looseAt(dir, objectOf(content).oid)
    mkdirSync(folder, { recursive: true })
    leave(dir, '', (whole) => whole)
    leave(dir, 'x'.repeat(3_000_000), (whole) => whole)
    const listed = (): readonly string[] =>
      readdirSync(join(dir, '.git/objects'), { recursive: true, encoding: 'utf8' }).sort()
    const before = listed()
    await mendAt(dir, 'first')
    expect(listed()).toEqual(before)
    expect(existsSync(join(dir, '.git/gitsync/torn'))).toBe(false)
  })

  it('is not looked at where nobody can tell a boot', async () => {
    const dir = repository()
    leave(dir, content, nothing)
    await mendAt(dir, '')
    expect(existsSync(noteOf(dir))).toBe(false)
  })
})

describe('a lock of a reference', () => {
  const lockOf = (dir: string, ref: string): string => join(dir, '.git/refs', `${ref}.lock`)

  it('that is old is cleared at the first start after a boot, and no other', async () => {
    const dir = repository()
    const minutes = { 'heads/main': 2, 'heads/a/b': 2, 'heads/young': 0, 'heads/other': 2 }
    for (const [ref, age] of Object.entries(minutes)) {
      const lock = lockOf(dir, ref)
      mkdirSync(dirname(lock), { recursive: true })
      writeFileSync(lock, ref === 'heads/other' ? 'a person’s\n' : `${'a'.repeat(40)}\n`)
      const then = Date.now() / 1000 - 60 * age
      utimesSync(lock, then, then)
    }
    await mendAt(dir, 'first')
    const left = Object.keys(minutes).filter((ref) => existsSync(lockOf(dir, ref)))
    expect(left).toEqual(['heads/young', 'heads/other'])
    const then = Date.now() / 1000 - 120
    utimesSync(lockOf(dir, 'heads/young'), then, then)
    await mendAt(dir, 'first')
    expect(existsSync(lockOf(dir, 'heads/young'))).toBe(true)
  })
})
