import { expect, it } from 'vitest'
import { isSafePath } from '../../../src/git/checkout/safe-path.js'

it.each([
  '',
  '/etc/passwd',
  '..',
  '../x',
  'a/../x',
  'a/..',
  '.',
  './x',
  'a//x',
  'a/',
  'nul\0',
  '.git',
  '.git/hooks/x',
  'a/.git',
  '.GIT/x',
  '.gIt',
  'git~1',
  'GIT~1/x',
  '.git ',
  '.git.',
  '.git. .',
  '.git::$INDEX_ALLOCATION',
  '.git:x',
  '.g\u200cit',
  '\ufeff.git',
])('%j is not written', (path) => {
  expect(isSafePath(path)).toBe(false)
})

it.each([
  'x',
  '.gitignore',
  '.github/x',
  'a/.gitattributes',
  'git',
  '.git2',
  'git~2',
  '...',
  'a b',
  '-x',
  'x:y',
])('%j is written', (path) => {
  expect(isSafePath(path)).toBe(true)
})
