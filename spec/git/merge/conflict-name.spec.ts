import { describe, expect, it } from 'vitest'
import {
  conflictCopyPath,
  isShortened,
  parseConflictName,
} from '../../../src/git/merge/conflict-name.js'

const seconds = Date.UTC(2024, 1, 29, 3, 4, 5) / 1000
const blob = 'abcdef0123456789abcdef0123456789abcdef01'
const mark = 'sync-conflict-20240229-030405-abcdef0'

describe('the name of a conflict copy', () => {
  it.each([
    ['f.txt', `f.${mark}.txt`],
    ['a/b/f.txt', `a/b/f.${mark}.txt`],
    ['a.d/f', `a.d/f.${mark}`],
    ['f.tar.gz', `f.tar.${mark}.gz`],
    ['.profile', `.profile.${mark}`],
    ['.env.local', `.env.${mark}.local`],
    ['ends.', `ends.${mark}.`],
    ['sp ace\n.x y', `sp ace\n.${mark}.x y`],
    [`f.${mark}.txt`, `f.${mark}.${mark}.txt`],
  ])('of %j is %j', (path, copy) => {
    expect(conflictCopyPath(path, seconds, blob)).toBe(copy)
    expect(parseConflictName(copy)).toEqual({ origin: path, seconds, blob: 'abcdef0' })
    expect(isShortened(copy)).toBe(false)
  })

  it.each([
    'f.txt',
    'f.sync-conflict-20240229-030405.txt',
    'f.sync-conflict-20240229-030405-abcdefg.txt',
    'f.sync-conflict-20249999-030405-abcdef0.txt',
    `f.${mark}.tar.gz`,
    `f.${mark}/g`,
    `.${mark}`,
  ])('is not %j', (path) => {
    expect(parseConflictName(path)).toBeNull()
  })

  it.each([
    [-1, '19691231-235959'],
    [-1e18, '00000101-000000'],
    [253_402_300_800, '99991231-000000'],
    [99_999_999_999_999_999, '99991231-000000'],
    [9_223_372_036_854_775_807, '99991231-000000'],
  ])('has a date that fits, at second %d', (at, stamp) => {
    expect(conflictCopyPath('f.txt', at, blob)).toBe(`f.sync-conflict-${stamp}-abcdef0.txt`)
  })

  it('is another one where it is to be later, whatever the clock', () => {
    for (const at of [seconds, -1e18, 9_223_372_036_854_775_807]) {
      const names = [0, 1, 2].map((later) => conflictCopyPath('f.txt', at, blob, later))
      expect(new Set(names).size).toBe(3)
      expect(names[0]).toBe(conflictCopyPath('f.txt', at, blob))
    }
    expect(conflictCopyPath('f.txt', seconds, blob, 1)).toContain('-20240229-030406-')
  })

  it.each(['n'.repeat(255), `${'ü'.repeat(125)}.text`, `n.${'e'.repeat(253)}`, '😀'.repeat(63)])(
    'fits a file system, whatever the length',
    (name) => {
      const copy = conflictCopyPath(`d/${name}`, seconds, blob).slice(2)
      expect(Buffer.byteLength(copy)).toBeLessThanOrEqual(255)
      expect(Buffer.byteLength(copy)).toBeGreaterThan(245)
      expect(copy).toContain(mark)
      expect(isShortened(copy)).toBe(true)
      expect(copy).not.toContain('\u{FFFD}')
    },
  )
})
