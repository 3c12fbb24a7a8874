import { describe, expect, it } from 'vitest'
import type { Fact } from '../../src/actors/outcome.js'
import { withoutSecrets } from '../../src/actors/without-secrets.js'

const words = "fatal: unable to access 'https://bob:hunter2@host/x.git/'"
const problem = { kind: 'network', message: words, remedy: words } as const

const told: readonly Fact[] = [
  { type: 'OperationFailed', operation: 'push', problem, retryInMs: null },
  { type: 'Halted', problem },
  { type: 'PushRejected', reason: 'declined', message: words },
  { type: 'WatchDegraded', source: 'native', reason: words, remedy: words },
]

describe('what is told (P7)', () => {
  it.each(told.map((fact) => [fact.type, fact] as const))(
    'of %s has no secret in it',
    (_, fact) => {
      const shown = JSON.stringify(withoutSecrets(fact))
      expect(shown).not.toContain('hunter2')
      expect(shown).toContain('https://***@host/x.git/')
    },
  )

  it('of a commit is what is in it', () => {
    const fact: Fact = {
      type: 'CommitCreated',
      oid: 'a',
      branch: 'main',
      added: 1,
      modified: 0,
      deleted: 0,
      paths: ['https:/bob:x@host'],
      message: 'Add https:/bob:x@host',
    }
    expect(withoutSecrets(fact)).toBe(fact)
  })
})
