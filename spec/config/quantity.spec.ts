import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDuration, renderDuration } from '../../src/config/value/duration.js'
import { parseSize, renderSize } from '../../src/config/value/size.js'
import { containing } from './faults.js'

const value = (amount: number) => ({ kind: 'value', value: amount })

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['2s', 2_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1.5s', 1_500],
    ['0.25m', 15_000],
    ['0s', 0],
    ['0ms', 0],
    ['500h', 1_800_000_000],
    [0, 0],
    [1500, 1_500],
    [1.4, 1],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toEqual(value(ms))
  })

  it.each([
    '',
    '5',
    '-1s',
    '+1s',
    '1 s',
    ' 1s',
    '1s ',
    '1S',
    '1d',
    '1.s',
    '.5s',
    '1e3s',
    '1s1s',
    '1s\n',
    '٣s',
    'off',
    '501h',
    '9'.repeat(400) + 's',
    -1,
    NaN,
    Infinity,
    1.8e9 + 1,
    null,
    undefined,
    true,
    [],
    ['1s'],
    {},
  ])('refuses %j and says what is allowed', (text) => {
    expect(parseDuration(text)).toEqual({
      kind: 'fault',
      message:
        'must be a duration such as 250ms, 2s, 5m, 1h (a bare number counts milliseconds), from 0ms to 500h',
    })
  })

  it('says the least there is', () => {
    expect(parseDuration('100ms', 100)).toEqual(value(100))
    expect(parseDuration('99.4ms', 100)).toMatchObject({
      message: containing('from 100ms to 500h'),
    })
  })

  it('gives back what it renders', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_800_000_000 }), (ms) => {
        expect(parseDuration(renderDuration(ms))).toEqual(value(ms))
      }),
    )
  })

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [90_000, '90s'],
    [60_000, '1m'],
    [7_200_000, '2h'],
  ])('renders %i as %s', (ms, text) => {
    expect(renderDuration(ms)).toBe(text)
  })
})

describe('sizes', () => {
  it.each([
    ['1B', 1],
    ['500KB', 500_000],
    ['100MB', 100_000_000],
    ['2GB', 2_000_000_000],
    ['1.5MB', 1_500_000],
    [4096, 4_096],
  ])('reads %j, in decimal units', (text, bytes) => {
    expect(parseSize(text)).toEqual(value(bytes))
  })

  it.each(['0MB', '0.4B', '100mb', '100M', '100MiB', '1TB', '100', 'off', 0, -1, 1e13, null, {}])(
    'refuses %j',
    (text) => {
      expect(parseSize(text)).toEqual({
        kind: 'fault',
        message:
          'must be a size such as 500KB, 100MB, 1GB (a bare number counts bytes), from 1B to 1000GB',
      })
    },
  )

  it('gives back what it renders', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), (bytes) => {
        expect(parseSize(renderSize(bytes))).toEqual(value(bytes))
      }),
    )
  })
})
