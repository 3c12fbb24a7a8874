import type { OptionKey, optionTable } from './options.js'

type Table = typeof optionTable

interface InputOf {
  /** `250ms`, `2s`, `5m`, `1h`, or a number of milliseconds. */
  readonly duration: string | number
  /** As a duration, or `off`. */
  readonly 'duration-or-off': string | number
  /** `500KB`, `100MB` (decimal), a number of bytes, or `off`. */
  readonly 'size-or-off': string | number
  readonly boolean: boolean
  readonly list: readonly string[]
  readonly name: string
  /** `Name <email>`. */
  readonly author: string
  readonly template: string
  readonly path: string
}

type Input<Option> = Option extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Option extends { readonly kind: infer Kind extends keyof InputOf }
    ? InputOf[Kind]
    : never

/** What repositories may share (CONTRACT 4): every key but `path`. */
export type RepoDefaults = {
  readonly [Key in Exclude<OptionKey, 'path'>]?: Input<Table[Key]> | undefined
}

/** One repository as a person or a program writes it: a work tree, and what is to differ from the defaults. */
export type RepoConfig = RepoDefaults & { readonly path: string }

/** The argument of `createSyncPipeline`, and the content of the config file. */
export interface SyncConfig {
  /** For editors: the address of the schema. */
  readonly $schema?: string | undefined
  readonly repos: readonly RepoConfig[]
  readonly defaults?: RepoDefaults | undefined
}
