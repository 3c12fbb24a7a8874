import {
  git,
  temporaryFolder,
  temporaryRepository,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stepsOn } from '../../support/steps.js'

describe('who commits', () => {
  const nameless = (): string => {
    const dir = temporaryRepository()
    git(dir, ['config', '--unset', 'user.name'])
    git(dir, ['config', '--unset', 'user.email'])
    writeFiles(dir, { 'a.txt': 'a\n' })
    return dir
  }
  const signature = (dir: string): string => git(dir, ['log', '-1', '--format=%an <%ae> %cn <%ce>'])

  it('is asked for where git does not know', async () => {
    const dir = nameless()
    const steps = stepsOn(dir)
    expect(await steps.problem()).toMatchObject({ kind: 'no-identity' })
    expect(tryGit(dir, ['rev-parse', 'HEAD^0']).code).not.toBe(0)
    expect(statSync(join(dir, '.git', 'objects')).isDirectory()).toBe(true)
    git(dir, ['config', 'user.name', 'Late'])
    git(dir, ['config', 'user.email', 'late@example.org'])
    await steps.save()
    expect(signature(dir)).toBe('Late <late@example.org> Late <late@example.org>')
    steps.workTree.close()
  })

  it('is the author of the configuration', async () => {
    const dir = nameless()
    const steps = stepsOn(dir, { author: { name: 'Set Here', email: 'set@example.org' } })
    await steps.save()
    expect(signature(dir)).toBe('Set Here <set@example.org> Set Here <set@example.org>')
    steps.workTree.close()
  })

  it('is the author of the configuration, committed by git’s own', async () => {
    const dir = temporaryRepository()
    writeFileSync(join(dir, 'a.txt'), 'a\n')
    const steps = stepsOn(dir, { author: { name: 'Set Here', email: 'set@example.org' } })
    await steps.save()
    expect(signature(dir)).toBe('Set Here <set@example.org> Ada Writer <ada@example.org>')
    steps.workTree.close()
  })

  it('is the one of the environment', async () => {
    const dir = temporaryRepository()
    writeFileSync(join(dir, 'a.txt'), 'a\n')
    process.env.GIT_AUTHOR_NAME = 'From Outside'
    process.env.GIT_AUTHOR_EMAIL = 'outside@example.org'
    const steps = stepsOn(dir)
    await steps.save().finally(() => {
      delete process.env.GIT_AUTHOR_NAME
      delete process.env.GIT_AUTHOR_EMAIL
    })
    expect(signature(dir)).toBe('From Outside <outside@example.org> Ada Writer <ada@example.org>')
    steps.workTree.close()
  })

  /** An included file that names a person, beside whatever else is in it. */
  const personFile = (name: string): string => {
    const file = join(temporaryFolder(), 'person')
    const email = `${name.toLowerCase()}@example.org`
    writeFileSync(file, `[user]\n\tname = ${name}\n\temail = ${email}\n`)
    return file
  }

  const work = 'https://work.example.org/notes.git'

  it.each<readonly [string, (dir: string) => NodeJS.ProcessEnv]>([
    ['a file that the environment names', () => ({ GIT_CONFIG_GLOBAL: personFile('Global') })],
    [
      'the environment alone',
      () => ({
        GIT_CONFIG_COUNT: '2',
        GIT_CONFIG_KEY_0: 'user.name',
        GIT_CONFIG_VALUE_0: 'Counted',
        GIT_CONFIG_KEY_1: 'user.email',
        GIT_CONFIG_VALUE_1: 'counted@example.org',
      }),
    ],
    [
      'a file that is included for this remote',
      (dir) => {
        git(dir, ['remote', 'add', 'origin', work])
        git(dir, ['config', 'user.name', 'Everywhere'])
        git(dir, ['config', 'user.email', 'everywhere@example.org'])
        const key = 'includeIf.hasconfig:remote.*.url:https://work.example.org/**.path'
        git(dir, ['config', key, personFile('Worker')])
        return {}
      },
    ],
    [
      'names of its own for each of the two',
      (dir) => {
        git(dir, ['config', 'user.email', 'both@example.org'])
        git(dir, ['config', 'author.name', 'Writer'])
        git(dir, ['config', 'committer.name', 'Keeper'])
        git(dir, ['config', 'committer.email', 'keeper@example.org'])
        return {}
      },
    ],
    [
      'an address that the environment has for all programs',
      (dir) => {
        git(dir, ['config', 'user.name', 'Mailed'])
        return { EMAIL: 'mailed@example.org' }
      },
    ],
    [
      'an address in brackets, and a name with dots about it',
      (dir) => {
        git(dir, ['config', 'user.name', '. Dotted.'])
        git(dir, ['config', 'user.email', '<dotted@example.org>'])
        return {}
      },
    ],
    [
      'nothing that is set to nothing',
      (dir) => {
        git(dir, ['config', 'user.name', 'Some'])
        git(dir, ['config', 'user.email', 'some@example.org'])
        git(dir, ['config', 'author.email', ''])
        return { EMAIL: '' }
      },
    ],
    [
      'a moment that the environment sets',
      (dir) => {
        git(dir, ['config', 'user.name', 'Timed'])
        git(dir, ['config', 'user.email', 'timed@example.org'])
        return {
          GIT_AUTHOR_NAME: 'Early',
          GIT_AUTHOR_DATE: '1700000000 +0200',
          GIT_COMMITTER_DATE: '1700000001 -0330',
        }
      },
    ],
  ])('is whom git itself takes for that: %s', async (_, arrange) => {
    const dir = nameless()
    const before = { ...process.env }
    const env = arrange(dir)
    Object.assign(process.env, env)
    const steps = stepsOn(dir)
    try {
      await steps.save()
      git(dir, ['commit', '-q', '--allow-empty', '-m', 'oracle'])
    } finally {
      for (const key of Object.keys(process.env))
        if (!(key in before)) Reflect.deleteProperty(process.env, key)
      Object.assign(process.env, before)
    }
    const whole = `--format=%an <%ae> %cn <%ce>${'GIT_AUTHOR_DATE' in env ? ' %ad %cd' : ''}`
    const signed = (commit: string) => git(dir, ['log', '-1', '--date=raw', whole, commit])
    expect(signed('HEAD~1')).toBe(signed('HEAD'))
    steps.workTree.close()
  })

  it('is noticed where the file that an include names comes later', async () => {
    const dir = nameless()
    const file = join(temporaryFolder(), 'later')
    git(dir, ['config', 'user.name', 'Sooner'])
    git(dir, ['config', 'user.email', 'sooner@example.org'])
    git(dir, ['config', 'include.path', file])
    const steps = stepsOn(dir)
    await steps.save()
    writeFileSync(file, '[user]\n\tname = Later\n')
    writeFiles(dir, { 'a.txt': 'b\n' })
    await steps.save()
    expect(signature(dir)).toBe('Later <sooner@example.org> Later <sooner@example.org>')
    steps.workTree.close()
  })

  it('is the author of the configuration where git has no address for the other', async () => {
    const dir = nameless()
    git(dir, ['config', 'user.name', 'No Address'])
    git(dir, ['config', 'user.email', ''])
    const steps = stepsOn(dir, { author: { name: 'Set Here', email: 'set@example.org' } })
    await steps.save()
    expect(signature(dir)).toBe('Set Here <set@example.org> Set Here <set@example.org>')
    steps.workTree.close()
  })
})
