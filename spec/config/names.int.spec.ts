import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { namePattern } from '../../src/config/value/read-option.js'

const names = [
  ...['main', 'feature/x#1', 'ünï', 'a.b', 'a.lock.b', 'a@b', '@/a', 'a-', 'a{b', 'a@{', 'a@{b}'],
  ...['a..b', 'a...', '..', '.', '.a', 'a/.b', 'a.', 'a/b.', 'a.lock', 'a.lock/b', 'a/b.lock'],
  ...['@', 'a//b', '/a', 'a/', 'a b', 'a~b', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', 'a\tb', '-a'],
  ...['a\u007fb', 'a\nb', '', 'HEAD/x', 'refs/heads/a', 'a}b', 'a!b', '"a"', "a'b", 'a|b', '$a'],
]

/** As `git check-ref-format --branch` takes them, whose `@{-1}` is no name but a way to say one. */
it('a name is one that git takes for a branch', () => {
  const takes = (name: string): boolean =>
    spawnSync('git', ['check-ref-format', '--branch', name]).status === 0
  const pattern = new RegExp(namePattern, 'u')
  expect(names.filter((name) => pattern.test(name))).toEqual(names.filter(takes))
})
