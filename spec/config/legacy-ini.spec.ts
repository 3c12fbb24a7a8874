import { describe, expect, it } from 'vitest'
import { legacyPaths } from '../../src/config/file/legacy-ini.js'
import { containing } from './faults.js'

describe('the INI file of the Python gitsync', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'commas, as the README says',
      '[gitsync]\nwork_dir = /home/user/Notes, /home/user/Articles, /home/user/Scripts\n',
      ['/home/user/Notes', '/home/user/Articles', '/home/user/Scripts'],
    ],
    [
      'blanks, as the example of the README has it',
      '[gitsync]\nwork_dir=/home/pingou/Documents/ConfNotes /home/pingou/Images/backup\n',
      ['/home/pingou/Documents/ConfNotes', '/home/pingou/Images/backup'],
    ],
    ['the example indented', '  [gitsync]\n  work_dir=/a /b\n', ['/a', '/b']],
    ['a single path', '[gitsync]\nwork_dir = ~/Notes', ['~/Notes']],
    ['blanks in a path between commas', '[gitsync]\nwork_dir = /my notes, /b', ['/my notes', '/b']],
    ['a comma at the end', '[gitsync]\nwork_dir = /my notes,', ['/my notes']],
    ['commas without a path', '[gitsync]\nwork_dir = ,/a,, ,/b,', ['/a', '/b']],
    [
      'quotes between blanks',
      `[gitsync]\nwork_dir = "/my notes" '/b c' /d`,
      ['/my notes', '/b c', '/d'],
    ],
    ['quotes between commas', '[gitsync]\nwork_dir = "/a, b", /c', ['/a, b', '/c']],
    ['a comma in quotes alone', '[gitsync]\nwork_dir = "/a, b" /c', ['/a, b', '/c']],
    ['apostrophes', "[gitsync]\nwork_dir = /Ada's notes, /Bob's", ["/Ada's notes", "/Bob's"]],
    ['a colon', '[gitsync]\nwork_dir: /a:b, /c=d', ['/a:b', '/c=d']],
    ['capitals in the key', '[gitsync]\nWork_Dir = /a', ['/a']],
    [
      'continuation lines',
      '[gitsync]\nwork_dir = /a,\n  /b c,\n\t/d\nother = /e',
      ['/a', '/b c', '/d'],
    ],
    ['lines without commas', '[gitsync]\nwork_dir =\n  /a\n\n  # a comment\n  /b\n', ['/a', '/b']],
    ['commas and lines', '[gitsync]\nwork_dir = /a, /b\n  /c d', ['/a', '/b', '/c d']],
    ['comments', '# one\n; two\n[gitsync]\n# three\nwork_dir = /a ; four\n  ; five\n', ['/a']],
    ['a hash in a path', '[gitsync]\nwork_dir = /c#, /d', ['/c#', '/d']],
    ['CRLF and a BOM', '\uFEFF[gitsync]\r\nwork_dir = /a, /b\r\n', ['/a', '/b']],
    [
      'other sections',
      '[other]\nwork_dir = /no\n[gitsync]\nwork_dir = /a\n[last]\nwork_dir = /no',
      ['/a'],
    ],
    ['what holds for each section', '[DEFAULT]\nwork_dir = /a\n[gitsync]\nx = 1', ['/a']],
    ['its own before that', '[gitsync]\nwork_dir = /a\n[DEFAULT]\nwork_dir = /no', ['/a']],
    ['the same section again', '[gitsync]\nx = 1\n[o]\n[gitsync]\nwork_dir = /a', ['/a']],
    ['the last of two', '[gitsync]\nwork_dir = /a\nwork_dir = /b', ['/b']],
    ['indented keys', '[gitsync]\n  work_dir = /a\n  other = /b', ['/a']],
    ['a per cent, which was doubled', '[gitsync]\nwork_dir = /a%%b', ['/a%b']],
    ['a dollar, which was no variable', '[gitsync]\nwork_dir = /a$HOME', ['/a$$HOME']],
  ])('%s', (_, text, paths) => {
    expect(legacyPaths(text)).toEqual({ kind: 'value', value: paths })
  })

  it.each([
    ['', 'no section [gitsync]'],
    ['work_dir = /a', 'no section [gitsync]'],
    ['[Gitsync]\nwork_dir = /a', 'no section [gitsync]'],
    ['[gitsync]', 'no work_dir'],
    ['[gitsync]\n#work_dir = /a', 'no work_dir'],
    ['[other]\nwork_dir = /a\n[gitsync]\n', 'no work_dir'],
    ['[gitsync]\nwork_dir =', 'empty work_dir'],
    ['[gitsync]\nwork_dir = , "",', 'empty work_dir'],
  ])('%j is refused with the remedy', (text, words) => {
    const reading = legacyPaths(text)
    expect(reading).toMatchObject({ kind: 'fault', message: containing(words) })
    expect(reading).toMatchObject({ message: containing('work_dir = /path') })
  })
})
