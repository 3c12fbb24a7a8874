import { expect, it } from 'vitest'
import { nearest } from '../../src/config/value/nearest.js'
import { repoOptions } from '../../src/config/options.js'

const known = repoOptions.map(({ key }) => key)

it.each([
  ['fetchIntervall', 'fetchInterval'],
  ['fetch-interval', 'fetchInterval'],
  ['FETCHINTERVAL', 'fetchInterval'],
  ['debonce', 'debounce'],
  ['pth', 'path'],
  ['ssh_key', 'sshKey'],
  ['pul', 'pull'],
  ['puhs', null],
  ['x', null],
  ['', null],
  ['a'.repeat(10_000), null],
])('%s was meant as %s', (word, meant) => {
  expect(nearest(word, known)).toBe(meant)
})
