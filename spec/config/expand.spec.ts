import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anchored, expandPath, literally } from '../../src/config/value/expand.js'
import { containing } from './faults.js'

const place = {
  home: '/home/a$b',
  cwd: '/work',
  env: { NOTES: '/srv/notes', DIR: 'dir', EMPTY: '', MONEY: '$1 $& $DIR' },
}
const read = (path: string) => expandPath(path, place)

describe('expandPath', () => {
  it.each([
    ['~', '/home/a$b'],
    ['~/', '/home/a$b'],
    ['~/Notes', '/home/a$b/Notes'],
    ['/a/~/b', '/a/~/b'],
    ['./~ada', '/work/~ada'],
    ['Notes', '/work/Notes'],
    ['.', '/work'],
    ['../Notes/', '/Notes'],
    ['$NOTES/x', '/srv/notes/x'],
    ['${NOTES}x', '/srv/notesx'],
    ['~/$DIR/${DIR}', '/home/a$b/dir/dir'],
    ['$MONEY', '/work/$1 $& $DIR'],
    ['/a$$DIR', '/a$DIR'],
    ['/a$', '/a$'],
    ['/a$1', '/a$1'],
    ['/with blank', '/with blank'],
  ])('%s is %s', (path, expanded) => {
    expect(read(path)).toEqual({ kind: 'value', value: expanded })
  })

  it.each([
    ['', 'not empty'],
    ['a\0b', 'not empty'],
    ['~grace/Notes', 'another user'],
    ['$NOWHERE/x', '"NOWHERE" is not set'],
    ['${NOWHERE}', '"NOWHERE" is not set'],
    ['$EMPTY/x', '"EMPTY" is not set'],
    ['$constructor', '"constructor" is not set'],
    ['${}', '"" is not set'],
  ])('refuses %j', (path, words) => {
    expect(read(path)).toEqual({ kind: 'fault', message: containing(words) })
  })

  it('takes a path that is written literally for what it is', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        fc.pre(!path.includes('\0'))
        expect(read(literally(`/${path}`))).toEqual({ kind: 'value', value: resolve(`/${path}`) })
      }),
    )
  })
})

describe('anchored', () => {
  it.each([
    ['Notes', '/b$b/Notes'],
    ['./Notes', '/b$b/Notes'],
    ['../Notes', '/Notes'],
  ])('%s starts from the base', (path, absolute) => {
    expect(expandPath(anchored(path, '/b$b'), place)).toEqual({ kind: 'value', value: absolute })
  })

  it.each(['/Notes', '~/Notes', '$DIR/Notes', ''])('%j stays', (path) => {
    expect(anchored(path, '/base')).toBe(path)
  })
})
