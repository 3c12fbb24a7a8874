import ignore from 'ignore'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoPath } from '../../actors/outcome.js'

/** In the top folder of the work tree, and shared with it: what a person lets through. */
export const allowFile = '.gitsyncallow'

/** Whether a file may hold what that rule finds. */
export type Allows = (path: RepoPath, rule: string) => boolean

/** `PATTERN [RULE]`: the last word is a rule's name where it is one, and has a blank before it that is not escaped. */
const lineShape = /^(?<pattern>.*(?:\\\s|[^\\\s]))\s+(?<rule>[a-z0-9-]+)\s*$/

/** Lines of gitignore patterns; one that ends in the name of a rule holds for that rule alone. */
export const allowing = (text: string): Allows => {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => {
      const { pattern = line, rule = null } = lineShape.exec(line)?.groups ?? {}
      return rule !== null && ruleNames.has(rule)
        ? { pattern, rule }
        : { pattern: line, rule: null }
    })
  return (path, rule) => {
    const own = lines.filter((line) => line.rule === null || line.rule === rule)
    return ignore({ allowRelativePaths: true, ignorecase: false })
      .add(own.map(({ pattern }) => pattern))
      .ignores(path)
  }
}

/** Every name that a line may end in. */
export const ruleNames: ReadonlySet<string> = new Set([
  '1password',
  'anthropic',
  'aws',
  'azure',
  'digitalocean',
  'env-file',
  'gcp',
  'github',
  'gitlab',
  'linear',
  'npm',
  'openai',
  'private-key',
  'sendgrid',
  'shopify',
  'slack',
  'stripe',
])

/** A link or a device allows nothing, nor does what cannot be read. */
export const readAllowed = async (workTree: string): Promise<Allows> => {
  const file = join(workTree, allowFile)
  const found = await lstat(file).catch(() => null)
  const text = found?.isFile() === true ? await readFile(file, 'utf8').catch(() => '') : ''
  return allowing(text)
}
