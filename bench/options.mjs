import { parseArgs } from 'node:util'

export const usage = `usage: npm run bench -- [--only SCENARIO,…] [--sizes 1k,10k] [--rounds N] [--out FILE]

Larger sizes (100k, 300k) take minutes each. GITWATCH and GIT_SYNC name the scripts of those peers.`

const defaults = {
  only: { type: 'string', default: '' },
  sizes: { type: 'string', default: '1k,10k' },
  rounds: { type: 'string', default: '' },
  out: { type: 'string', default: '' },
}

const positive = (text, what) => {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new Error(`${what} ${text} is not a positive number.`)
}

const sizeOf = (text) =>
  text.endsWith('k') ? 1000 * positive(text.slice(0, -1), '--sizes') : positive(text, '--sizes')

const list = (text) => text.split(',').filter((word) => word !== '')

/** What is asked for on the command line. */
export const readOptions = (known) => {
  const { only, sizes, rounds, out } = parseArgs({ options: defaults }).values
  const strangers = list(only).filter((name) => !known.includes(name))
  if (strangers.length > 0)
    throw new Error(`There is no ${strangers.join(', ')}; there is ${known.join(', ')}.`)
  return {
    only: only === '' ? known : list(only),
    sizes: list(sizes).map(sizeOf),
    rounds: rounds === '' ? null : positive(rounds, '--rounds'),
    out: out === '' ? null : out,
  }
}
