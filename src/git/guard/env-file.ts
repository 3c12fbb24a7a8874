import { posix } from 'node:path'
import type { Rule } from './rule.js'

/** `.env`, `.env.local`, `.env.production`…; not those that say what to fill in. */
const isEnvFile = (path: string): boolean => {
  const name = posix.basename(path)
  return (
    /^\.env(?:\.|$)/.test(name) &&
    !/[.-](?:example|sample|template|tmpl|dist|defaults?|schema|vault)$/i.test(name)
  )
}

/** A variable with a value; one that is encrypted (dotenvx) is meant to be shared. */
const assignment =
  /^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.]*[ \t]*=[ \t]*(?!(?:""|'')?[ \t\r]*$|#|["']?encrypted:)\S/m

/** A file of settings for one machine, by its name: it need not hold what any other rule knows. */
export const envFile: Rule = {
  id: 'env-file',
  find: (path, text) => {
    const found = isEnvFile(path) ? assignment.exec(text) : null
    return found === null ? [] : [[found.index, found.index + found[0].length]]
  },
}
