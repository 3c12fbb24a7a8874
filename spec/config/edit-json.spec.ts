import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newConfig, withRepository } from '../../src/config/write/edit-json.js'

const added = { path: '~/New', conflict: 'halt' }

describe('one more repository', () => {
  it.each([
    [
      'after others on lines of their own',
      '{\n  "repos": [\n    { "path": "~/Notes" }\n  ]\n}\n',
      '{\n  "repos": [\n    { "path": "~/Notes" },\n    { "path": "~/New", "conflict": "halt" }\n  ]\n}\n',
    ],
    [
      'after others on one line',
      '{ "repos": [{ "path":"~/Notes" }] , "defaults": {"debounce":"2s"}}',
      '{ "repos": [{ "path":"~/Notes" }, { "path": "~/New", "conflict": "halt" }] , "defaults": {"debounce":"2s"}}',
    ],
    [
      'with tabs and the line ends of Windows',
      '{\r\n\t"repos": [\r\n\t\t{\r\n\t\t\t"path": "~/Notes"\r\n\t\t}\r\n\t]\r\n}',
      '{\r\n\t"repos": [\r\n\t\t{\r\n\t\t\t"path": "~/Notes"\r\n\t\t},\r\n\t\t{ "path": "~/New", "conflict": "halt" }\r\n\t]\r\n}',
    ],
    [
      'in a list that is empty',
      '{ "repos": [] }',
      '{ "repos": [\n    { "path": "~/New", "conflict": "halt" }\n  ] }',
    ],
    [
      'where there is no list',
      '{\n  "defaults": {}\n}\n',
      '{\n  "repos": [\n    { "path": "~/New", "conflict": "halt" }\n  ],\n  "defaults": {}\n}\n',
    ],
    ['in nothing', '{}', '{\n  "repos": [\n    { "path": "~/New", "conflict": "halt" }\n  ]\n}'],
  ])('%s', (_, before, after) => {
    expect(withRepository(before, null, added)).toBe(after)
  })

  it('changes nothing else, whatever the rest is and however it is written', () => {
    const config = fc.record({
      defaults: fc.jsonValue(),
      repos: fc.array(fc.record({ path: fc.string(), ignore: fc.array(fc.string()) })),
      more: fc.jsonValue(),
    })
    const indent = fc.constantFrom(0, 1, 2, 4, '\t')
    fc.assert(
      fc.property(config, indent, (stated, space) => {
        const text = JSON.stringify(stated, null, space)
        const edited = withRepository(text, null, added) ?? ''
        expect(JSON.parse(edited)).toEqual({
          ...(JSON.parse(text) as object),
          repos: [...(JSON.parse(JSON.stringify(stated.repos)) as object[]), added],
        })
      }),
    )
  })

  it.each(['[]', '7', '{ "repos": [], "repos": [{ "path": "~/Notes" }] }'])(
    'is not added to %s, which would come to mean something else',
    (text) => {
      expect(withRepository(text, null, added)).toBeNull()
    },
  )
})

describe('keys of a repository that is there', () => {
  const text =
    '{\n  "repos": [\n    { "path": "~/A" },\n    { "path": "~/B", "conflict": "ours" }\n  ]\n}\n'

  it('replaces what is said otherwise, adds what is not said, leaves the rest', () => {
    expect(withRepository(text, 1, { conflict: 'halt', push: false })).toBe(
      text.replace('"ours"', '"halt", "push": false'),
    )
  })

  it('leaves a text that says it all as it is', () => {
    expect(withRepository(text, 1, { conflict: 'ours' })).toBe(text)
    expect(withRepository(text, 0, {})).toBe(text)
  })
})

it('a new config is JSON', () => {
  expect(JSON.parse(newConfig([added, { path: 'a"b' }]))).toEqual({
    repos: [added, { path: 'a"b' }],
  })
})
