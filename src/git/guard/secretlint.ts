import { rules as kept } from '@secretlint/secretlint-rule-preset-recommend'
import { posix } from 'node:path'
import type { Range, Rule } from './rule.js'

/** As far as it is used: a rule is given a text, and reports ranges of it. */
interface Linting {
  readonly meta: { readonly id: string }
  create(
    context: {
      createTranslator(): () => object
      report(found: { readonly range: Range }): void
    },
    options: object,
  ): { readonly file: (source: object) => unknown }
}

const prefix = '@secretlint/secretlint-rule-'

/**
 * Those that know a secret by its own look, by the names that `.gitsyncallow` takes. Left out are addresses with a
 * password (`basicauth`, `database-connection-string`), which notes are full of; what reads files itself (`gcp`, whose
 * keys are private keys); and orders in comments.
 */
const names: ReadonlyMap<string, string> = new Map([
  ['aws', 'aws'],
  ['privatekey', 'private-key'],
  ['npm', 'npm'],
  ['slack', 'slack'],
  ['sendgrid', 'sendgrid'],
  ['shopify', 'shopify'],
  ['github', 'github'],
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['linear', 'linear'],
  ['1password', '1password'],
])

/** Their words hold the secret, so none are made. Without secretlint's own core, which remembers each file it was ever given. */
const hosted = (rule: Linting, id: string): Rule => {
  let found: Range[] = []
  const { file } = rule.create(
    {
      createTranslator: () => () => ({ message: '', messageId: '' }),
      report: ({ range }) => {
        found.push(range)
      },
    },
    {},
  )
  return {
    id,
    find: (path, content) => {
      found = []
      // These answer in the same turn.
      file({ filePath: path, ext: posix.extname(path), contentType: 'text', content })
      return found
    },
  }
}

export const secretlintRules: readonly Rule[] = (kept as unknown as readonly Linting[]).flatMap(
  (rule) => {
    const id = names.get(rule.meta.id.slice(prefix.length))
    return id === undefined ? [] : [hosted(rule, id)]
  },
)
