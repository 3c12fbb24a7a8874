import { Ajv } from 'ajv'
import type { SyncOutcome } from '../../actors/outcome.js'

/** One line of JSON to a running gitsync. */
export interface ControlRequest {
  /** `repos` asks which repositories it keeps in sync, and does nothing. */
  readonly command: 'repos' | 'pause' | 'resume' | 'sync'
  /** Work trees by their real paths; those that it does not keep in sync are left out. Default: all of its own. */
  readonly repos?: readonly string[]
  /** `pause` alone: it ends by itself after so many milliseconds. */
  readonly forMs?: number
}

/** What a request led to in one repository: the pause, its end, or the cycle that was asked for. */
export interface ControlResult {
  readonly repo: string
  readonly outcomes: readonly SyncOutcome[]
}

/** The line of JSON that comes back once all of it is done. */
export type ControlAnswer =
  | {
      readonly ok: true
      readonly repos: readonly ControlResult[]
      /** Config files whose changes it takes up by itself, if it takes up any. */
      readonly follows?: readonly string[]
    }
  | { readonly ok: false; readonly error: string }

/** Bytes of a request. */
export const longestRequest = 262_144

/** Milliseconds: far below what a date or a timer can hold. */
const longestPause = 500 * 3_600_000

/** Compiles a schema when it is first asked for: most commands never are. */
const ajv = new Ajv()

const requestSchema = {
  type: 'object',
  required: ['command'],
  additionalProperties: false,
  properties: {
    command: { enum: ['repos', 'pause', 'resume', 'sync'] },
    repos: { type: 'array', items: { type: 'string' } },
    forMs: { type: 'number', minimum: 1, maximum: longestPause },
  },
} as const

/** @throws Error that says what is wrong with the line */
export const parseRequest = (line: string): ControlRequest => {
  const value: unknown = JSON.parse(line)
  if (ajv.validate<ControlRequest>(requestSchema, value)) return value
  const [fault] = ajv.errors ?? []
  throw new Error(`the request${fault?.instancePath ?? ''} ${fault?.message ?? 'is none'}`)
}

const answerSchema = {
  type: 'object',
  required: ['ok'],
  oneOf: [
    { required: ['error'], properties: { ok: { const: false }, error: { type: 'string' } } },
    {
      required: ['repos'],
      properties: {
        ok: { const: true },
        follows: { type: 'array', items: { type: 'string' } },
        repos: {
          type: 'array',
          items: {
            type: 'object',
            required: ['repo', 'outcomes'],
            properties: {
              repo: { type: 'string' },
              outcomes: { type: 'array', items: { type: 'object' } },
            },
          },
        },
      },
    },
  ],
} as const

/** @throws Error where the line is no answer */
export const parseAnswer = (line: string): ControlAnswer => {
  const value: unknown = JSON.parse(line)
  if (ajv.validate<ControlAnswer>(answerSchema, value)) return value
  throw new Error('the answer is none')
}

export const lineOf = (message: ControlRequest | ControlAnswer): string =>
  `${JSON.stringify(message)}\n`
