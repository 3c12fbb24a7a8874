import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/file/parse-config.js'
import { containing, faultsOf } from './faults.js'

describe('parseConfig', () => {
  it.each([
    ['/c/config.json', '{"repos":[{"path":"/a"}]}'],
    ['/c/gitsync.cfg', '\uFEFF \n{"repos":[{"path":"/a"}]}'],
  ])('takes %s for JSON', (file, text) => {
    expect(parseConfig(file, text)).toEqual({
      file,
      form: 'json',
      content: { repos: [{ path: '/a' }] },
    })
  })

  it('takes anything else for the INI of the Python gitsync', () => {
    expect(parseConfig('/c/gitsync', '[gitsync]\nwork_dir = a, ~/b')).toEqual({
      file: '/c/gitsync',
      form: 'legacy',
      content: { repos: [{ path: 'a' }, { path: '~/b' }] },
    })
  })

  it("has relative paths start from the file's folder", () => {
    const text = JSON.stringify({
      repos: [{ path: 'Notes', sshKey: './key', message: 'path' }, { path: '~/b' }, 7, { path: 7 }],
      defaults: { knownHosts: '../hosts', path: 'x' },
      other: { path: 'x' },
    })
    expect(parseConfig('/c/d/config.json', text).content).toEqual({
      repos: [
        { path: '/c/d/Notes', sshKey: '/c/d/key', message: 'path' },
        { path: '~/b' },
        7,
        { path: 7 },
      ],
      defaults: { knownHosts: '/c/hosts', path: 'x' },
      other: { path: 'x' },
    })
  })

  it.each([
    ['', ':1:1', ''],
    ['{', ':1:2', '{'],
    ['{\n  "repos": [\n    { "path": ~/Notes }\n  ]\n}', ':3:15', '{ "path": ~/Notes }'],
    ['{\n  "repos": [1,]\n}', ':2:15', '"repos": [1,]'],
    ['{ "a": 1, }', ':1:11', '{ "a": 1, }'],
    ['// mine\n{}', ':1:1', '// mine'],
    ['{"a": nulx}', ':1:10', '{"a": nulx}'],
    ['{"a": 1}}', ':1:9', '{"a": 1}}'],
    ["{'a': 1}", ':1:2', "{'a': 1}"],
    ['{"a":\n"x', ':2:3', '"x'],
  ])('%j is no JSON from %s on', (text, at, value) => {
    expect(faultsOf(() => parseConfig('/c/config.json', text))).toEqual([
      {
        key: `/c/config.json${at}`,
        value,
        message: containing('is not JSON from here on'),
      },
    ])
  })

  it('names a file that is neither', () => {
    expect(faultsOf(() => parseConfig('/c/gitsync', 'hello'))).toMatchObject([
      { key: '/c/gitsync' },
    ])
  })

  it('throws nothing but a ConfigError, whatever the text is', () => {
    const cut = fc
      .tuple(fc.json(), fc.nat(), fc.string())
      .map(([json, at, more]) => json.slice(0, at % (json.length + 1)) + more)
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), cut),
        fc.constantFrom('/c/config.json', '/c/gitsync'),
        (text, file) => {
          faultsOf(() => parseConfig(file, text))
        },
      ),
    )
  })
})
