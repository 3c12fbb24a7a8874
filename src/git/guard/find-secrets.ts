import { createHash } from 'node:crypto'
import { envFile } from './env-file.js'
import { ownRules } from './own-rules.js'
import type { Range, Rule } from './rule.js'
import type { Content, Secret } from './secret.js'
import { secretlintRules } from './secretlint.js'
import { textOf } from './text.js'

const contentRules: readonly Rule[] = [...secretlintRules, ...ownRules]

/** Findings in one file that are told apart. */
const findingBound = 1000

/** Different characters that the random part of a token has at the least. */
const variety = 8

/** What a text about tokens has in their place: `ghp_xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`, `xoxb-your-bot-token`. */
const isPlaceholder = (id: string, secret: string): boolean => {
  if (id === 'private-key') return new Set(secret.slice(-40)).size < variety
  if (/example|x{6}/i.test(secret) || new Set(secret.slice(-20)).size < variety) return true
  return !/\d/.test(secret) || (id === 'slack' && secret.startsWith('xox') && !/\d{8}/.test(secret))
}

/** Line numbers of rising places in a text, each counted on from the one before. */
const linesOf = (text: string): ((at: number) => number) => {
  let [line, from] = [1, 0]
  return (at) => {
    for (let n = text.indexOf('\n', from); n >= 0 && n < at; n = text.indexOf('\n', from)) {
      line += 1
      from = n + 1
    }
    return line
  }
}

const markOf = (id: string, secret: string): string =>
  createHash('sha256').update(`${id}\0${secret}`).digest('base64')

/** The secrets in a file, in the order of their lines. */
export const findSecrets = ({ path, bytes }: Content): readonly Secret[] => {
  const text = textOf(bytes)
  if (text === null) return []
  const found: { readonly id: string; readonly range: Range; readonly mark: string }[] = []
  for (const { id, find } of contentRules)
    for (const range of find(path, text)) {
      const secret = text.slice(...range)
      if (!isPlaceholder(id, secret)) found.push({ id, range, mark: markOf(id, secret) })
    }
  // By its name alone: whoever has such a file in the history means to have it there.
  for (const range of envFile.find(path, text))
    found.push({ id: envFile.id, range, mark: envFile.id })
  const lineAt = linesOf(text)
  return found
    .sort((a, b) => a.range[0] - b.range[0])
    .slice(0, findingBound)
    .map(({ id, range, mark }) => ({ rule: id, line: lineAt(range[0]), mark }))
}
