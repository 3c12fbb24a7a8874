import fc from 'fast-check'
import { from, lastValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { firstLine } from '../../../src/streams/control/first-line.js'
import type { ControlRequest } from '../../../src/streams/control/protocol.js'
import { lineOf, parseAnswer, parseRequest } from '../../../src/streams/control/protocol.js'

const command = fc.constantFrom<ControlRequest['command']>('repos', 'pause', 'resume', 'sync')
const request: fc.Arbitrary<ControlRequest> = fc.record(
  {
    command,
    repos: fc.array(fc.string()),
    forMs: fc.integer({ min: 1, max: 1_800_000_000 }),
  },
  { requiredKeys: ['command'] },
)

const linesOf = (bytes: Uint8Array, cuts: readonly number[], longest = 1_000_000) => {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  const parts = ends.map((end, n) => bytes.subarray(ends[n - 1] ?? 0, end))
  return lastValueFrom(from(parts).pipe(firstLine(longest)))
}

describe('a request', () => {
  it('is what was sent, however the bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(request, fc.array(fc.nat()), async (sent, cuts) => {
        const bytes = Buffer.from(`${lineOf(sent)}and more\n`)
        expect(parseRequest(await linesOf(bytes, cuts))).toEqual(sent)
      }),
    )
  })

  it('is taken or refused with words, whatever the bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
          fc
            .record({ command: fc.oneof(command, fc.jsonValue()), repos: fc.jsonValue() })
            .map((value) => Buffer.from(JSON.stringify(value))),
        ),
        async (bytes) => {
          const line = await linesOf(bytes, [])
          try {
            expect(['repos', 'pause', 'resume', 'sync']).toContain(parseRequest(line).command)
          } catch (error) {
            expect(error).toBeInstanceOf(Error)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['', 'JSON'],
    ['null', 'must be object'],
    ['{}', "must have required property 'command'"],
    ['{"command":"halt"}', '/command must be equal to one of the allowed values'],
    ['{"command":"sync","repo":"/a"}', 'must NOT have additional properties'],
    ['{"command":"sync","repos":"/a"}', '/repos must be array'],
    ['{"command":"pause","forMs":0}', '/forMs must be >= 1'],
    ['{"command":"pause","forMs":1e300}', '/forMs must be <= 1800000000'],
  ])('such as %s is refused, and told why', (line, why) => {
    expect(() => parseRequest(line)).toThrow(why)
  })

  it('that is too long is refused before it is kept', async () => {
    const longest = 100
    expect(await linesOf(Buffer.alloc(longest, 'x'), [], longest)).toHaveLength(longest)
    await expect(linesOf(Buffer.alloc(longest + 1, 'x'), [], longest)).rejects.toThrow('longer')
    await expect(linesOf(Buffer.from(`${'x'.repeat(101)}\n`), [50], longest)).rejects.toThrow()
  })

  it('needs no line feed where nothing more can come', async () => {
    expect(await linesOf(Buffer.from('{"command":"sync"}'), [3])).toBe('{"command":"sync"}')
  })
})

describe('an answer', () => {
  it('is what was sent, or none', () => {
    const done = { ok: true, repos: [{ repo: '/a', outcomes: [] }] } as const
    const refused = { ok: false, error: 'no' } as const
    for (const answer of [done, refused]) expect(parseAnswer(lineOf(answer))).toEqual(answer)
    for (const line of ['{}', '[]', '{"ok":true}', '{"ok":true,"repos":[{}]}', '{"ok":false}'])
      expect(() => parseAnswer(line)).toThrow()
  })
})
