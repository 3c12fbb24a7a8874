/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** Where: `repos[1].fetchInterval`, `--fetch-interval`, or a file and a position in it. */
  readonly key: string
  /** What stands there, credentials in URLs taken out; undefined where nothing does. */
  readonly value: unknown
  /** What is allowed, and so what to write instead. */
  readonly message: string
}

/** Everything that is wrong with the configuration, at once. Thrown before anything is touched. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const shown = faults.map(withShownValue)
    super(shown.map(lineOf).join('\n'))
    this.faults = shown
  }
}

/** What is wrong with the configuration, if that is what the work ends in. */
export const faultsThrownBy = (work: () => unknown): readonly ConfigFault[] => {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

/** A longer value is cut: an error is read by a person. */
const longestValue = 120

/** A person may well paste a URL with a token where a path belongs, and errors end in logs. One slash is enough: paths are normalised. */
const withoutCredentials = (text: string): string =>
  text.replace(/(:\/+)[^/\s"']*@/g, (_, slashes: string) => `${slashes}***@`)

const textOf = (value: unknown): string => {
  try {
    // A function has no JSON, whatever the type of `stringify` says.
    const json: unknown = JSON.stringify(value)
    return typeof json === 'string' ? json : typeof value
  } catch {
    // Nor has a cycle or a BigInt: its kind is all that needs to be said.
    return typeof value
  }
}

const shorten = (text: string): string =>
  text.length > longestValue ? `${text.slice(0, longestValue)}…` : text

/** Scalars stay what they are; anything larger becomes short text. */
const withShownValue = (fault: ConfigFault): ConfigFault => {
  const { value } = fault
  if (typeof value === 'string') return { ...fault, value: withoutCredentials(value) }
  const scalar = value === null || ['undefined', 'boolean', 'number'].includes(typeof value)
  return scalar ? fault : { ...fault, value: shorten(withoutCredentials(textOf(value))) }
}

const lineOf = ({ key, value, message }: ConfigFault): string =>
  value === undefined ? `${key}: ${message}` : `${key} = ${shorten(textOf(value))}: ${message}`
