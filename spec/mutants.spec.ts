import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Mutant {
  readonly id: string
  readonly file: string
  readonly find: string
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const lists = readdirSync(new URL('.', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('mutants.json'))
  .map((path) => `spec/${path}`)

it.each(lists)('every mutant of %s has the place that it changes', (list) => {
  const mutants = JSON.parse(read(list)) as readonly Mutant[]
  expect(mutants.length).toBeGreaterThan(0)
  const stale = mutants.filter(({ file, find }) => read(file).split(find).length !== 2)
  expect(stale.map(({ id }) => id)).toEqual([])
})
