import { describe, expect, it } from 'vitest'
import {
  failure,
  problemOf,
  problemOfGitStderr,
  problemOfTalk,
} from '../../../src/git/problem/problem.js'

const unresolved = (host: string): string =>
  `ssh: Could not resolve hostname ${host}: Name or service not known\nfatal: Could not read from remote repository.`

const halves: readonly (readonly [what: string, url: string, said: string])[] = [
  ['its first half, as a host', 'ssh://bob:S3cr3t%2FPw@host/x.git', unresolved('bob:S3cr3t')],
  ['it in lower case', 'ssh://bob:S3cr3t%2FPw@host/x.git', unresolved('bob:s3cr3t')],
  ['it before a raw slash', 'ssh://bob:S3cr3t/Pw@host/x.git', unresolved('bob:s3cr3t')],
  ['it as a login', 'ssh://bob:S3cr3t%40h%2FPw@host/x.git', 'bob:S3cr3t@h: Permission denied'],
  ['its second half', 'ssh://bob:Pw%2FS3cr3t@host/x.git', "fatal: '/S3cr3t@host/x.git' is none"],
  ['it decoded', 'ssh://bob:a%20S3cr3t%2F@host/x.git', "unknown login 'bob:a S3cr3t/'"],
  ['it as it stands there', 'ssh://bob:S3cr3t%@host/x.git', 'unknown login S3cr3t%'],
  ['its halves with signs', 'ssh://bob:S3c.r3t$%2FPw@host/x.git', unresolved('bob:s3c.r3t$')],
]

describe('the password in an address that was talked to', () => {
  it.each(halves)('is not told: %s', (_, url, said) => {
    const error = Object.assign(new Error(said), { errno: -1 })
    for (const problem of [
      problemOfTalk(said, 128, url),
      problemOfGitStderr(said, 128, url),
      problemOf(error, url),
      problemOf(failure('network', said, said), url),
    ])
      expect(JSON.stringify(problem)).not.toMatch(/s3c\.?r3t/i)
  })

  it('does not change what the words mean', () => {
    const url = 'ssh://bob:hostname%2Fresolve@host/x.git'
    expect(problemOfTalk(unresolved('bob:hostname'), 128, url).kind).toBe('network')
  })

  it.each([
    ['ssh://git@host:22/x.git', unresolved('host')],
    ['git@host:not/known@x.git', unresolved('host')],
    ['https://host:8443/@name/x.git', unresolved('host')],
    ['ssh://bob:or@host/x.git', unresolved('host')],
    ['ssh://bob:serv@host/x.git', unresolved('host')],
  ])('is no part of the words at %s, which are told as they are', (url, said) => {
    expect(problemOfTalk(said, 128, url).message).toBe(said)
  })
})
