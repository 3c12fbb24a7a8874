import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { repoOptions } from '../../src/config/options.js'
import { configSchema } from '../../src/config/schema.js'
import { structureFaults } from '../../src/config/structure.js'

it('is the schema that editors were given', () => {
  expect(configSchema).toMatchSnapshot()
})

it('is a JSON schema, which is not asked at each start', () => {
  const ajv = new Ajv({ allowUnionTypes: true, keywords: ['errorMessage'] })
  expect(ajv.validateSchema(configSchema)).toBe(true)
})

it('takes each default and each example of its own', () => {
  const { properties } = configSchema as {
    readonly properties: {
      readonly repos: {
        readonly items: {
          readonly properties: Readonly<
            Record<string, { readonly default?: unknown; readonly examples?: readonly unknown[] }>
          >
        }
      }
    }
  }
  const stated = Object.entries(properties.repos.items.properties).flatMap(([key, schema]) =>
    [...(schema.examples ?? []), ...(schema.default === undefined ? [] : [schema.default])].map(
      (value) => ({ path: '/a', [key]: value }),
    ),
  )
  expect(stated.length).toBeGreaterThan(repoOptions.length)
  expect(structureFaults({ repos: stated })).toEqual([])
})
