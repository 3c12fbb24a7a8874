import { Ajv } from 'ajv'
import type { ErrorObject } from 'ajv'
import type { ConfigFault } from './config-error.js'
import { recordOf } from './layer.js'
import { nearest } from './value/nearest.js'
import { configSchema } from './schema.js'

/** Compiles a schema once, when it is first asked for. */
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  keywords: ['errorMessage'],
  // Whether our schema is one is asked by a test, not at each start.
  validateSchema: false,
})

/** What the schema alone can tell: unknown and missing keys, wrong types. */
export const structureFaults = (config: unknown): readonly ConfigFault[] =>
  ajv.validate(configSchema, config) ? [] : (ajv.errors ?? []).map(faultOf)

const faultOf = ({
  keyword,
  params,
  instancePath,
  data,
  parentSchema,
}: ErrorObject): ConfigFault => {
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, unknown>>
  const properties = recordOf(recordOf(parentSchema).properties)
  if (keyword === 'required') {
    const key = String(missingProperty)
    return {
      key: keyAt(instancePath, key),
      value: undefined,
      message: `is missing; ${said(properties[key])}`,
    }
  }
  if (keyword === 'additionalProperties') {
    const key = String(additionalProperty)
    return {
      key: keyAt(instancePath, key),
      value: recordOf(data)[key],
      message: unknownKey(key, Object.keys(properties)),
    }
  }
  return { key: keyAt(instancePath), value: data, message: said(parentSchema) }
}

const said = (schema: unknown): string => String(recordOf(schema).errorMessage)

const unknownKey = (key: string, known: readonly string[]): string => {
  const meant = nearest(key, known)
  return meant === null
    ? `is no key here; the keys are ${known.join(', ')}`
    : `is no key here; did you mean "${meant}"?`
}

/**
 * `/repos/1/fetchInterval` as people write it: `repos[1].fetchInterval`; the whole is `config`.
 * A pointer holds known keys and indexes only, and so nothing that is escaped.
 */
const keyAt = (pointer: string, ...last: readonly string[]): string => {
  const key = [...pointer.split('/').slice(1), ...last].reduce(
    (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`),
    '',
  )
  return key === '' ? 'config' : key.replace(/^\./, '')
}
