import { createInterface } from 'node:readline/promises'
import type { GlobalOptions } from '../asked/global-options.js'

/** Whether there is a person to ask. */
export const isAttended = ({ json, quiet }: GlobalOptions): boolean =>
  process.stdin.isTTY && process.stderr.isTTY && json !== true && quiet !== true

/** One line from the terminal; null where nothing is said. */
export const askLine = async (question: string): Promise<string | null> => {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // Nothing has been touched as long as there are questions.
  lines.on('SIGINT', () => {
    process.stderr.write('\n')
    process.exit(130)
  })
  try {
    // The end of the input answers nothing, and would be waited for.
    const ended = new Promise<null>((resolve) => {
      lines.once('close', () => {
        resolve(null)
      })
    })
    const said = await Promise.race([lines.question(question), ended])
    return said === null || said.trim() === '' ? null : said.trim()
  } finally {
    lines.close()
  }
}
