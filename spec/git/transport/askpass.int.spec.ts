import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askpassEnvironment } from '../../../src/git/transport/askpass.js'
import { temporaryFolder } from '../../support/temp-repositories.js'

/** What a question is answered with; null where it is not. */
const answerTo = (question: string, env: NodeJS.ProcessEnv): string | null => {
  const asked: NodeJS.ProcessEnv = { ...env, ...askpassEnvironment(env), PATH: process.env.PATH }
  const { status, stdout } = spawnSync(asked.SSH_ASKPASS ?? '', [question], { env: asked })
  return status === 0 ? stdout.toString().trimEnd() : null
}

const ofKey = "Enter passphrase for key '/home/ada/.ssh/id_ed25519': "

/** What a server may hear the answer to. */
const ofServers = [
  "ada@example.org's password: ",
  '(ada@example.org) Password: ',
  '(ada@example.org) Enter passphrase for key: ',
  "Username for 'http://example.org': ",
  "Password for 'http://ada@example.org': ",
]

const others = [
  'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
  "Please type 'yes', 'no' or the fingerprint: ",
]

/** A program of the person's, that answers everything. */
const person = (): NodeJS.ProcessEnv => {
  const file = join(temporaryFolder(), 'ask')
  writeFileSync(file, '#!/bin/sh\necho "answer to $1"\n', { mode: 0o755 })
  return { SSH_ASKPASS: file, SSH_ASKPASS_REQUIRE: 'prefer' }
}

describe('a passphrase in the environment', () => {
  const env = { GITSYNC_SSH_PASSPHRASE: 'open sesame' }

  it('answers for a key', () => {
    expect(answerTo(ofKey, env)).toBe('open sesame')
  })

  it.each([...ofServers, ...others])('is no answer to %j', (question) => {
    expect(answerTo(question, env)).toBeNull()
  })

  it('leaves what is not of a key to the program of the person', () => {
    const both = { ...env, ...person() }
    expect(answerTo(ofKey, both)).toBe('open sesame')
    for (const question of ofServers)
      expect(answerTo(question, both)).toBe(`answer to ${question}`.trimEnd())
  })
})

describe('a program that is always to be asked', () => {
  it.each([ofKey, ...ofServers, 'Enter PIN for ED25519-SK key /k: '])('answers %j', (question) => {
    expect(answerTo(question, person())).toBe(`answer to ${question}`.trimEnd())
  })

  it.each(others)('is not asked %j, which no daemon may answer', (question) => {
    expect(answerTo(question, person())).toBeNull()
  })
})
