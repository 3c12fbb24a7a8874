import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { committedSincePush } from '../../src/streams/journaled-commits.js'
import { journalFiles } from '../../src/streams/journal.js'
import * as facts from '../support/facts.js'
import { temporaryFolder } from '../support/temp-repositories.js'

const { oid } = facts
const created = (digit: string) => ({ ...facts.commitCreated, oid: oid(digit), message: '"oid":"' })
const squashed = { type: 'CommitsSquashed', branch: 'main', oids: [oid('8'), oid('9')] }

/** Of journals, the newest first, each with its outcomes in their order. */
const foundIn = async (...journals: readonly (readonly object[])[]): Promise<readonly string[]> => {
  const folder = temporaryFolder()
  for (const [n, file] of journalFiles(folder, '/repo').entries())
    writeFileSync(file, (journals[n] ?? []).map((one) => `${JSON.stringify(one)}\n`).join(''))
  const found = await committedSincePush(folder, '/repo')
  return [...found].map((name) => name.charAt(0)).toSorted()
}

describe('the commits that gitsync made since a push', () => {
  it('are those that it made by itself, over the journals that were rotated away', async () => {
    const merged = facts.merged()
    const result = merged.type === 'Integrated' ? (merged.result ?? {}) : {}
    expect(await foundIn([created('1'), result, squashed], [created('2')])).toEqual([
      '1',
      '2',
      '8',
      '9',
    ])
  })

  it('end at the last push, wherever it is told', async () => {
    expect(await foundIn([created('1'), facts.pushed, created('2')], [created('3')])).toEqual(['2'])
    expect(await foundIn([facts.pushed], [created('3')])).toEqual([])
    expect(await foundIn([created('1')], [created('2'), facts.pushed], [created('3')])).toEqual([
      '1',
    ])
  })

  it('are those, too, that were made while the push was on its way', async () => {
    const push = { ...facts.pushed, to: oid('1') }
    expect(await foundIn([created('4'), created('1'), created('2'), push, created('3')])).toEqual([
      '2',
      '3',
    ])
    const later = { ...facts.pushed, to: oid('2') }
    expect(await foundIn([created('1'), created('2'), push, later, created('3')])).toEqual(['3'])
    const again = [created('1'), push, created('2'), later, push, created('3')]
    expect(await foundIn(again)).toEqual(['3'])
  })

  it('are none where there is no journal', async () => {
    expect(await committedSincePush(temporaryFolder(), '/repo')).toEqual(new Set())
  })
})
