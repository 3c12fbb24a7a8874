import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { remedyMark } from '../../src/git/remedy-mark.js'
import { temporaryFolder } from '../support/temp-repositories.js'

const home = temporaryFolder()
const settings = { sshKey: join(home, 'keys', 'mine'), knownHosts: join(home, 'keys', 'hosts') }
const commonDir = join(home, 'Notes', '.git')

const mark = (): string => remedyMark(settings, commonDir)

beforeEach(() => {
  vi.stubEnv('HOME', home)
  vi.stubEnv('XDG_CONFIG_HOME', undefined)
  vi.stubEnv('GIT_CONFIG_GLOBAL', undefined)
  vi.stubEnv('SSH_AUTH_SOCK', join(home, 'agent'))
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('remedyMark', () => {
  it.each([
    'Notes/.git/config',
    '.gitconfig',
    '.config/git/config',
    '.config/git/credentials',
    '.git-credentials',
    '.netrc',
    '.ssh/config',
    '.ssh/known_hosts',
    '.ssh/id_ed25519',
    'keys/mine',
    'keys/hosts',
    'agent',
  ])('is another where %s comes, changes and goes', (name) => {
    const file = join(home, name)
    mkdirSync(dirname(file), { recursive: true })
    const marks = [mark()]
    writeFileSync(file, 'one')
    marks.push(mark())
    writeFileSync(`${file}.real`, 'two')
    unlinkSync(file)
    symlinkSync(`${file}.real`, file)
    marks.push(mark())
    writeFileSync(`${file}.real`, 'three')
    marks.push(mark())
    unlinkSync(file)
    expect(new Set(marks).size).toBe(4)
    expect(mark()).toBe(marks[0])
    expect(mark()).toBe(mark())
  })

  it('is the same where a connection that ssh shares comes and goes', () => {
    mkdirSync(join(home, '.ssh'), { recursive: true })
    const before = mark()
    writeFileSync(join(home, '.ssh', 'cm-me@example.org:22'), '')
    expect(mark()).toBe(before)
  })
})
