import { allowedAt } from './value/allowed.js'
import { durationFrom } from './value/duration.js'
import { repoOptions, sharedOptions } from './options.js'
import type { RepoOption } from './options.js'
import { quantityPattern } from './value/quantity.js'
import type { Quantity } from './value/quantity.js'
import { authorPattern, linePattern, namePattern } from './value/read-option.js'
import { size } from './value/size.js'

type Schema = Readonly<Record<string, unknown>>

const quantitySchema = (quantity: Quantity, words: readonly string[]): Schema => ({
  type: ['string', 'number'],
  pattern: `^(?:${[...words, quantityPattern(quantity)].join('|')})$`,
  minimum: quantity.atLeast,
  maximum: quantity.atMost,
  examples: [...quantity.examples, ...words],
})

const line: Schema = {
  type: 'string',
  pattern: linePattern,
  errorMessage: 'must be a line of text that is not empty',
}

const shapeOf = (option: RepoOption): Schema => {
  switch (option.kind) {
    case 'duration':
      return quantitySchema(durationFrom(option.atLeast), [])
    case 'duration-or-off':
      return quantitySchema(durationFrom(option.atLeast), ['off'])
    case 'size-or-off':
      return quantitySchema(size, ['off'])
    case 'boolean':
      return { type: 'boolean' }
    case 'choice':
      return { enum: option.choices }
    case 'list':
      return { type: 'array', items: line }
    case 'name':
      return { type: 'string', pattern: namePattern }
    case 'author':
      return {
        type: 'string',
        pattern: authorPattern,
        examples: ['Ada Lovelace <ada@example.org>'],
      }
    case 'template':
      return { type: 'string', minLength: 1, examples: ['{{host}}: {{summary}}'] }
    case 'command':
      return { type: 'string', pattern: linePattern, examples: ['~/bin/commit-message'] }
    case 'path':
      return { type: 'string', minLength: 1, examples: ['~/Notes'] }
    default:
      return option satisfies never
  }
}

/** The words for what is allowed travel in the schema, so that an editor says the same as `ConfigError`. */
const optionSchema = (option: RepoOption): Schema => ({
  description: option.meaning,
  ...shapeOf(option),
  ...(option.default === null ? {} : { default: option.default }),
  errorMessage: `must be ${allowedAt(option)}`,
})

const objectOf = (options: readonly RepoOption[]): Schema => ({
  type: 'object',
  properties: Object.fromEntries(options.map((option) => [option.key, optionSchema(option)])),
  additionalProperties: false,
})

const example = '{ "repos": [{ "path": "~/Notes" }] }'

/** JSON schema (draft-07) of the config file, as `gitsync config schema` prints it. */
export const configSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'gitsync',
  description: 'What gitsync keeps in sync, and how.',
  type: 'object',
  properties: {
    $schema: { type: 'string', errorMessage: 'must be the address of a JSON schema' },
    repos: {
      description: 'The repositories.',
      type: 'array',
      minItems: 1,
      items: {
        ...objectOf(repoOptions),
        required: ['path'],
        errorMessage: 'must be an object such as { "path": "~/Notes" }',
      },
      errorMessage: 'must be a list of one repository or more, such as [{ "path": "~/Notes" }]',
    },
    defaults: {
      description: 'What every repository takes that does not say otherwise itself.',
      ...objectOf(sharedOptions),
      errorMessage: 'must be an object of keys of a repository, such as { "debounce": "2s" }',
    },
  },
  required: ['repos'],
  additionalProperties: false,
  errorMessage: `must be an object such as ${example}`,
}
