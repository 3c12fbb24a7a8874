import { settingsOf } from '../../support/settings.js'
import { describe, expect, it } from 'vitest'
import { heldBackBy, leavingAlone } from '../../../src/git/stage/held-back.js'

const byDefault = heldBackBy({ ignore: [], ignoreDefaults: true })

describe('what gitsync holds back by itself', () => {
  it.each([
    'notes.txt~',
    'in/.notes.swp',
    '.#lock',
    '#auto save#',
    '~$report.docx',
    '.~lock.report.odt#',
    'film.mkv.part',
    'a.crdownload',
    'in/.DS_Store',
    '._a',
    'Thumbs.db',
    '4913',
    '.goutputstream-X2UC8Q',
    'report.odt.sb-1a2b3c4d-x9y8z7',
    '~WRL0001.tmp',
    'film.mkv.aria2',
  ])('%s', (path) => {
    expect(byDefault(path)).toBe(path)
  })

  it.each(['notes.txt', 'a~b', 'part', 'swp', '.swp', '#1 hit.md', 'in/~.txt', '49130', '!x', ' '])(
    'not %s',
    (path) => {
      expect(byDefault(path)).toBeNull()
    },
  )

  it('names a folder once', () => {
    expect(byDefault('in/.Trash-1000/files/a')).toBe('in/.Trash-1000/')
  })

  it('is nothing where it is switched off', () => {
    expect(heldBackBy({ ignore: [], ignoreDefaults: false })('a~')).toBeNull()
  })
})

describe('what the owner holds back', () => {
  const own = heldBackBy({ ignore: ['Build/', '*.iso', '!keep.iso'], ignoreDefaults: false })

  it('follows gitignore, with its case', () => {
    expect(own('Build/a')).toBe('Build/')
    expect(own('build/a')).toBeNull()
    expect(own('a.iso')).toBe('a.iso')
    expect(own('in/keep.iso')).toBeNull()
    expect(own('A.ISO')).toBeNull()
  })

  it('comes after the defaults and may take them back', () => {
    expect(heldBackBy({ ignore: ['!*~'], ignoreDefaults: true })('a~')).toBeNull()
  })
})

describe('what gitsync itself writes to', () => {
  it.each(['a/b', 'a [b]/c*?', '!a', '#a', 'a b ', 'a\\b'])('is held back at %s', (path) => {
    const settings = settingsOf('/r', { ignore: ['!*'], ignoreDefaults: false })
    const held = heldBackBy(leavingAlone(settings, new Set([path])))
    expect(held(path)).toBe(path)
    expect(held(`${path}/in/it`)).toBe(`${path}/`)
    expect(held(`${path}x`)).toBeNull()
    expect(held(`in/${path}`)).toBeNull()
  })
})
