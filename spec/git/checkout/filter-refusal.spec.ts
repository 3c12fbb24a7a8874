import { describe, expect, it } from 'vitest'
import { filterRefusal } from '../../../src/git/checkout/filter-refusal.js'

/** As git-lfs 3.3 says it when git writes out a file whose content is on the server alone. */
const lfs = (why: string): string =>
  `Downloading z.bin (5.0 KB)
Error downloading object: z.bin (e42472c): Smudge error: Error downloading z.bin (e42472c745485a5e8a17ee9cc84b8ee952dda8ae0bd0a61df676247121dbe505): ${why}

Errors logged to '/w/.git/lfs/logs/20261128T145354.987225234.log'.
Use \`git lfs logs last\` to view the log.
error: external filter 'git-lfs filter-process' failed
fatal: z.bin: smudge filter lfs failed
`

const refused =
  'batch response: Post "http://127.0.0.1:9/lfs/objects/batch": dial tcp 127.0.0.1:9: connect: connection refused'
const missing =
  'error transferring "e42472c745485a5e8a17ee9cc84b8ee952dda8ae0bd0a61df676247121dbe505": [0] remote missing object e42472c745485a5e8a17ee9cc84b8ee952dda8ae0bd0a61df676247121dbe505'

describe('filterRefusal', () => {
  it.each([
    ['network', refused, /tried again/],
    [
      'network',
      'batch response: Post "https://h/objects/batch": dial tcp: lookup h: no such host',
      /tried again/,
    ],
    ['timeout', 'batch request: net/http: TLS handshake timeout', /tried again/],
    [
      'authentication',
      'batch response: Authentication required: Authorization error',
      /credential/,
    ],
    ['not-found', missing, /git lfs push --all/],
    ['not-found', '[404] Object does not exist on the server', /git lfs push --all/],
  ])('takes it for %s where git-lfs says %j', (kind, why, remedy) => {
    const { problem } = filterRefusal('git checkout-index', lfs(why))
    expect(problem.kind).toBe(kind)
    expect(problem.message).toContain(`z.bin (e42472c): Smudge error`)
    expect(problem.message).not.toContain('git lfs logs')
    expect(problem.remedy).toMatch(remedy)
  })

  it('tells the same stalled download in the same words each time', () => {
    const stalled = (random: string, port: string): string =>
      filterRefusal(
        'git checkout-index',
        lfs(
          `cannot write data to temporary file "/w/.git/lfs/incomplete/e42472c745485a5e8a17ee9cc84b8ee952dda8ae0bd0a61df676247121dbe505${random}": LFS: read tcp 127.0.0.1:${port}->127.0.0.1:9: i/o timeout`,
        ),
      ).problem.message
    expect(stalled('4240638005', '42684')).toBe(stalled('3802760278', '43252'))
    expect(stalled('1', '2')).toContain('dbe505": LFS: read tcp 127.0.0.1:9: i/o timeout')
  })

  it('sends to what the filter needs where another one fails', () => {
    const { problem } = filterRefusal('git checkout-index', 'error: cannot run odd: No such file')
    expect(problem.kind).toBe('unexpected')
    expect(problem.message).toContain('git checkout-index failed: error: cannot run odd')
    expect(problem.remedy).toContain('Install what the filter')
  })
})
