import { expect } from 'vitest'
import { ConfigError } from '../../src/config/config-error.js'
import type { ConfigFault } from '../../src/config/config-error.js'

/** The faults with which the action ends; none where it does not. Any other error goes on. */
export const faultsOf = (action: () => unknown): readonly ConfigFault[] => {
  try {
    action()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

/** Any text with these words in it. */
export const containing = (words: string): unknown => expect.stringContaining(words)
