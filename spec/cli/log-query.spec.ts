import { describe, expect, it } from 'vitest'
import { logQueryOf, outcomeTypes } from '../../src/cli/asked/log-query.js'
import type { LogFlags } from '../../src/cli/asked/log-query.js'
import { faultsThrownBy } from '../../src/config/config-error.js'

const now = new Date('2026-11-24T12:00:00Z')

const faults = (flags: LogFlags) => faultsThrownBy(() => logQueryOf(flags, now))

describe('the flags of gitsync log', () => {
  it('ask for everything where there are none', () => {
    const query = logQueryOf({}, now)
    expect(Object.values(query).every((value) => value === undefined)).toBe(true)
  })

  it('are read', () => {
    const flags = { since: '2h', last: '5', type: ['Halted, Pushed', 'Resumed'], path: './a/b/' }
    expect(logQueryOf(flags, now)).toEqual({
      since: new Date('2026-11-24T10:00:00Z'),
      last: 5,
      types: ['Halted', 'Pushed', 'Resumed'],
      path: 'a/b',
    })
  })

  it('are refused all at once, with what is allowed', () => {
    const found = faults({ since: 'x', last: '-1', type: ['Push'], path: '/etc' })
    expect(found.map(({ key }) => key)).toEqual(['--since', '--last', '--type', '--path'])
  })

  it('say what type was probably meant, and which there are', () => {
    const [fault] = faults({ type: ['Pushed,commitcreatd'] })
    expect(fault?.message).toContain('did you mean CommitCreated?')
    for (const type of outcomeTypes) expect(fault?.message).toContain(type)
    expect(faults({ type: [''] })).toHaveLength(1)
    expect(faults({ type: ['constructor'] })).toHaveLength(1)
  })

  it.each(['', '.', '..', '../x', 'a/../../x', '/abs'])(
    'take %j for no path of a work tree',
    (path) => {
      expect(faults({ path })).toHaveLength(1)
    },
  )

  it.each(['', 'x', '1.5', '1e3', '-0', ' 1'])('take %j for no count', (last) => {
    expect(faults({ last })).toHaveLength(1)
  })
})
