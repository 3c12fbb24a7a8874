import { describe, expect, it } from 'vitest'
import type { TreeChange } from '../../../src/git/message/message.js'
import { renderMessage, summaryOf } from '../../../src/git/message/message.js'

const added = (path: string): TreeChange => ({ kind: 'added', path })
const modified = (path: string): TreeChange => ({ kind: 'modified', path })
const deleted = (path: string): TreeChange => ({ kind: 'deleted', path })

describe('the summary', () => {
  it.each([
    [[], 'Update files'],
    [[added('a.md')], 'Add a.md'],
    [[modified('in/a.md')], 'Update in/a.md'],
    [[deleted('a.md')], 'Delete a.md'],
    [[added('a'), added('b')], 'Add 2 files'],
    [[added('in/a'), modified('in/b')], 'Add 1 and update 1 file in in/'],
    [
      [added('x/y/a'), modified('x/y/b'), deleted('x/z')],
      'Add 1, update 1 and delete 1 file in x/',
    ],
    [[added('line\nfeed\t!')], 'Add line feed !'],
    [[added(`${'deep/'.repeat(20)}a.md`)], `Add …/${'deep/'.repeat(12)}a.md`],
  ] as const)('of %j is %s', (changes, summary) => {
    expect(summaryOf(changes)).toBe(summary)
  })

  it('fits a subject line, in whole characters', () => {
    const summary = summaryOf([added('😀'.repeat(100))])
    expect(Array.from(summary)).toHaveLength(72)
    expect(summary).toMatch(/^Add (?:😀)+…$/u)
  })
})

describe('the message', () => {
  const facts = {
    host: 'desk',
    user: 'ada',
    date: '2026-01-02T03:04:05.000Z',
    branch: 'main',
    changes: [added('a'), modified('b'), deleted('c')],
  }

  it('fills every token, with or without blanks', () => {
    const template =
      '{{summary}}|{{host}}|{{ user }}|{{date}}|{{branch}}|{{count}}|{{added}}|{{modified}}|{{deleted}}|{{files}}|{{diffstat}}'
    expect(renderMessage(template, { ...facts, diffstat: ' a | 1 +' })).toBe(
      'Add 1, update 1 and delete 1 file|desk|ada|2026-01-02T03:04:05.000Z|main|3|1|1|1|a\nb\nc| a | 1 +\n',
    )
  })

  it('leaves what it does not know, and never reads a value as a template', () => {
    expect(renderMessage('{{toString}} {{x}}', facts)).toBe('{{toString}} {{x}}\n')
    expect(renderMessage('{{host}}', { ...facts, host: '{{user}} $& $1' })).toBe('{{user}} $& $1\n')
  })

  it.each(['', '  \n '])('is the summary where the template %j says nothing', (template) => {
    expect(renderMessage(template, facts)).toBe('Add 1, update 1 and delete 1 file\n')
  })

  it('lists a hundred files and counts the rest', () => {
    const changes = Array.from({ length: 130 }, (_, n) => added(`f${n}`))
    expect(renderMessage('{{files}}', { ...facts, changes })).toMatch(
      /^f0\n[^]*f99\nand 30 more\n$/,
    )
  })
})
