import { git, temporaryRepository, writeFiles } from '../../support/temp-repositories.js'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { wordBounds, wordByCommand } from '../../../src/git/message/message-command.js'
import { stepsOn } from '../../support/steps.js'

const commitWith = async (
  wishes: Partial<RepoSettings>,
  files: Readonly<Record<string, string>> = { 'a.md': 'one\n', 'b.md': 'two\n' },
) => {
  const dir = temporaryRepository()
  writeFiles(dir, files)
  const steps = stepsOn(dir, wishes)
  const { commit } = await steps.save()
  steps.workTree.close()
  return { dir, commit, whole: git(dir, ['log', '-1', '--format=%B']) }
}

describe('the default message', () => {
  it('has the files in its body and the machine in a trailer', async () => {
    const { dir, commit, whole } = await commitWith({})
    expect(commit?.message).toBe('Add 2 files\n')
    expect(whole).toBe(`Add 2 files\n\nadd a.md\nadd b.md\n\nSynced-by: ${hostname()}\n`)
    const trailer = git(dir, ['log', '-1', '--format=%(trailers:key=Synced-by,valueonly)'])
    expect(trailer.trim()).toBe(hostname())
  })

  it('lists no single file, which its subject names', async () => {
    const { whole } = await commitWith({}, { 'a.md': 'one\n' })
    expect(whole).toBe(`Add a.md\n\nSynced-by: ${hostname()}\n`)
  })

  it('lists thirty files and counts the rest', async () => {
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`f${String(n)}`, 'x']))
    const { whole } = await commitWith({}, files)
    expect(whole.split('\n')).toHaveLength(2 + 30 + 1 + 3)
    expect(whole).toContain('\nand 10 more\n\n')
  })
})

describe('a template', () => {
  it('is all that is recorded', async () => {
    const { commit, whole } = await commitWith({ message: '{{host}}: {{summary}}' })
    expect(whole).toBe(commit?.message)
    expect(whole).toBe(`${hostname()}: Add 2 files\n`)
  })

  it('may have a diffstat, of a first commit too', async () => {
    const { whole } = await commitWith({ message: '{{summary}}\n\n{{diffstat}}' })
    expect(whole).toMatch(/^Add 2 files\n\n a\.md \| 1 \+\n b\.md \| 1 \+\n 2 files changed, 2 ins/)
  })
})

describe('messageCommand', () => {
  it('is given the diff, and words the message', async () => {
    const { commit, whole } = await commitWith({ messageCommand: 'echo Said; grep -c "^+"' })
    // The lines themselves, and the names of the new files.
    expect(whole).toBe('Said\n4\n')
    expect(commit).toMatchObject({ message: 'Said\n4\n' })
    expect(commit).not.toHaveProperty('fallback')
  })

  it('is told where, and starts outside of the repository', async () => {
    const { dir, whole } = await commitWith({
      messageCommand:
        'echo "$GITSYNC_REPO $GITSYNC_BRANCH $GITSYNC_FILES"; test -e a.md || echo no',
    })
    expect(whole).toBe(`${dir} main 2\nno\n`)
  })

  it.each([
    ['exit 3', 'messageCommand ended with 3'],
    ['echo no model >&2; exit 1', 'messageCommand ended with 1: no model'],
    ['true', 'messageCommand printed nothing'],
    ['yes', 'messageCommand printed more than 64 KB'],
    ['gitsync-spec-no-such-program', 'messageCommand ended with 127'],
  ])('that fails leaves it to the template: %s', async (messageCommand, fallback) => {
    const { commit, whole } = await commitWith({ messageCommand, message: '{{count}} new' })
    expect(whole).toBe('2 new\n')
    expect(commit?.fallback).toContain(fallback)
  })

  it('gets no more than its time, with all that it started', async () => {
    const from = performance.now()
    const late = await wordByCommand(
      'sleep 30 & sleep 30',
      Buffer.alloc(wordBounds.message),
      {},
      300,
    )
    expect(late).toEqual({ kind: 'none', reason: 'took longer than 0.3 s' })
    expect(performance.now() - from).toBeLessThan(5_000)
  })
})
