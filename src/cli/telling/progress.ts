import type { RepositoryProgress } from '../../index.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { levelOf } from '../asked/global-options.js'
import { heedsCodes } from './terminal.js'

/** On a terminal alone, and never beside JSON or where only errors are wanted: nobody else waits for the bar to be loaded. */
export const progressFor = async (
  options: GlobalOptions,
): Promise<{ readonly onProgress?: (told: RepositoryProgress) => void }> => {
  const isSeen =
    heedsCodes(process.stderr) &&
    options.json !== true &&
    ['info', 'debug'].includes(levelOf(options))
  if (!isSeen) return {}
  const { openBar } = await import('./progress-bar.js')
  return { onProgress: openBar(process.stderr) }
}
