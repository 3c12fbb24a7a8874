import {
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../../support/temp-repositories.js'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { configure, signBySsh, sshKey, trustSsh, verdicts } from '../../support/signing.js'
import { stepsOn } from '../../support/steps.js'

const file = process.env.GIT_CONFIG_GLOBAL ?? ''
const before = readFileSync(file)

afterEach(() => {
  writeFileSync(file, before)
  for (const name of Object.keys(process.env))
    if (/^GIT_CONFIG_(?:COUNT|KEY_|VALUE_)/.test(name)) Reflect.deleteProperty(process.env, name)
})

const repository = (): string => {
  const dir = committedRepository({ 'a.md': 'one\n' })
  const key = sshKey()
  trustSsh(dir, key)
  configure(dir, { 'gpg.format': 'ssh', 'user.signingKey': key })
  return dir
}

const verdictOf = async (dir: string): Promise<readonly string[]> => {
  writeFiles(dir, { 'a.md': 'two\n' })
  const steps = stepsOn(dir)
  await steps.save()
  steps.workTree.close()
  return verdicts(dir)
}

describe('whether commits are signed is what git says', () => {
  it.each([
    ['true', 'G'],
    ['On', 'G'],
    ['2', 'G'],
    ['false', 'N'],
    ['0', 'N'],
    ['', 'N'],
  ])('commit.gpgSign = %s', async (value, verdict) => {
    const dir = repository()
    git(dir, ['config', 'commit.gpgSign', value])
    expect(await verdictOf(dir)).toEqual([verdict])
  })

  it('without a value it is on', async () => {
    const dir = repository()
    appendFileSync(join(dir, '.git/config'), '[commit]\n\tgpgSign\n')
    expect(await verdictOf(dir)).toEqual(['G'])
  })

  it('by a file that is included for this remote', async () => {
    const dir = repository()
    const more = join(temporaryFolder(), 'work')
    writeFileSync(more, '[commit]\n\tgpgSign = true\n')
    const condition = 'hasconfig:remote.*.url:https://work.example/**'
    appendFileSync(file, `[includeIf "${condition}"]\n\tpath = ${more}\n`)
    git(dir, ['remote', 'add', 'work', 'https://work.example/notes.git'])
    git(dir, ['config', 'branch.main.remote', '.'])
    expect(await verdictOf(dir)).toEqual(['G'])
  })

  it('by the environment', async () => {
    const dir = repository()
    const said = { COUNT: '1', KEY_0: 'commit.gpgSign', VALUE_0: 'true' }
    for (const [name, value] of Object.entries(said)) process.env[`GIT_CONFIG_${name}`] = value
    expect(await verdictOf(dir)).toEqual(['G'])
  })

  it('and is noticed while the repository is open', async () => {
    const dir = repository()
    const steps = stepsOn(dir)
    const save = async (text: string): Promise<void> => {
      writeFiles(dir, { 'a.md': text })
      await steps.save()
    }
    await save('two\n')
    appendFileSync(file, '[commit]\n\tgpgSign = true\n')
    await save('three\n')
    writeFileSync(file, before)
    await save('four\n')
    git(dir, ['config', 'commit.gpgSign', 'true'])
    await save('five\n')
    steps.workTree.close()
    expect(verdicts(dir, 4)).toEqual(['G', 'N', 'G', 'N'])
  })

  it('with the key that a program names', async () => {
    const dir = repository()
    const key = git(dir, ['config', 'user.signingKey'])
    git(dir, ['config', '--unset', 'user.signingKey'])
    const shown = `key::${readFileSync(`${key}.pub`, 'utf8')}`
    const program = join(temporaryFolder(), 'names')
    // A key that is named by itself is one that the agent has; a file is given by its name.
    writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${shown}END\n`, { mode: 0o755 })
    configure(dir, { 'gpg.ssh.defaultKeyCommand': program, 'commit.gpgSign': 'true' })
    const signs = join(temporaryFolder(), 'signs')
    // Takes the place of the agent: the named key's file has another name here.
    writeFileSync(
      signs,
      `#!/bin/sh\nfor one; do last=$one; done\ncase "$2" in sign) exec ssh-keygen -Y sign -n git -f '${key}' "$last";; *) exec ssh-keygen "$@";; esac\n`,
      { mode: 0o755 },
    )
    git(dir, ['config', 'gpg.ssh.program', signs])
    expect(await verdictOf(dir)).toEqual(['G'])
  })
})

describe('a program that cannot sign', () => {
  it('is not asked with every save, but when a person says so', async () => {
    const dir = committedRepository({ 'a.md': 'one\n' })
    const key = sshKey()
    signBySsh(dir, key)
    const asked = join(temporaryFolder(), 'asked')
    const program = join(temporaryFolder(), 'refuses')
    const ask = (end: string): void => {
      writeFileSync(program, `#!/bin/sh\necho x >> '${asked}'\n${end}\n`, { mode: 0o755 })
    }
    ask('echo "no card $$" >&2; exit 1')
    git(dir, ['config', 'gpg.ssh.program', program])
    const steps = stepsOn(dir)
    const problems = []
    for (const text of ['two\n', 'three\n', 'four\n']) {
      writeFiles(dir, { 'a.md': text })
      problems.push(await steps.problem())
    }
    expect(readFileSync(asked, 'utf8')).toBe('x\n')
    expect(new Set(problems.map(({ message }) => message)).size).toBe(1)
    ask('exec ssh-keygen "$@"')
    steps.workTree.insist()
    await steps.save()
    steps.workTree.close()
    expect(git(dir, ['show', 'HEAD:a.md'])).toBe('four')
    expect(verdicts(dir)).toEqual(['G'])
  })
})
