import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isOld } from '../../../src/git/checkout/old-version.js'
import { recoverStray } from '../../../src/git/checkout/put-back.js'
import { libgit2 } from '../../../src/git/libgit2.js'
import type { Repository } from '../../../src/git/repository.js'
import { openRepository } from '../../../src/git/repository.js'

/** A repository with a folder where a killed move has set something aside. */
const open = async (): Promise<Repository> => {
  const dir = committedRepository({ 'a.txt': 'first\n' })
  writeFiles(dir, { 'a.txt': 'second\n' })
  git(dir, ['commit', '-qam', 'Second'])
  mkdirSync(join(dir, '.git/gitsync/aside'), { recursive: true })
  return openRepository(dir)
}

const aside = ({ ownDir }: Repository, name: string): string => join(ownDir, 'aside', name)

describe('what was set aside', () => {
  it('is the old link only where it leads to the same place', async () => {
    const repository = await open()
    const blob = await libgit2.Blob.createFromBuffer(repository.git, Buffer.from('to'), 2)
    const entry = { oid: blob.tostrS() }
    const delta = { path: 'l', from: { ...entry, mode: 0o120000 }, to: null }
    const [same, other] = [aside(repository, '0'), aside(repository, '1')]
    symlinkSync('to', same)
    symlinkSync('of a person', other)
    expect(await isOld(repository, delta, same)).toBe(true)
    expect(await isOld(repository, delta, other)).toBe(false)
    const file = { ...delta, from: { ...entry, mode: 0o100644 } }
    expect(await isOld(repository, file, same), 'a link is no file').toBe(false)
  })
})

describe('what lies aside with nothing to tell where it belongs', () => {
  const recovered = ({ workTree }: Repository): readonly string[] =>
    readdirSync(workTree).filter((name) => name.startsWith('recovered'))

  it('is kept where only an object that no reference holds has its content', async () => {
    const repository = await open()
    writeFiles(repository.ownDir, { 'aside/0': 'dangling\n', 'aside/1': 'first\n' })
    git(repository.workTree, ['hash-object', '-w', aside(repository, '0')])
    await recoverStray(repository)
    const names = recovered(repository)
    expect(names.map((name) => readFileSync(join(repository.workTree, name), 'utf8'))).toEqual([
      'dangling\n',
    ])
  })

  it('is kept where it is a link', async () => {
    const repository = await open()
    symlinkSync('nowhere', aside(repository, '0'))
    await recoverStray(repository)
    const names = recovered(repository)
    expect(names.map((name) => readlinkSync(join(repository.workTree, name)))).toEqual(['nowhere'])
  })
  it('is kept where it is a folder', async () => {
    const repository = await open()
    writeFiles(repository.ownDir, { 'aside/0/inner': 'inner\n' })
    await recoverStray(repository)
    const names = recovered(repository)
    expect(
      names.map((name) => readFileSync(join(repository.workTree, name, 'inner'), 'utf8')),
    ).toEqual(['inner\n'])
  })
})
