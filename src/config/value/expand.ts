import { isAbsolute, join, resolve } from 'node:path'
import type { Machine } from '../machine.js'
import { faultRead, valueRead } from './reading.js'
import type { Reading } from './reading.js'

/** What is taken for a URL that strayed to where a path belongs. */
const url = /^[a-z][a-z\d+.-]*:\/\//i

const variable = /\$(?:\$|([A-Za-z_]\w*)|\{([^}]*)\})/g

/** Written so that `expandPath` gives it back as it is. */
export const literally = (path: string): string => path.replaceAll('$', () => '$$')

/** Where a relative path starts from, when that is not the current directory. */
export const anchored = (path: string, base: string): string =>
  path === '' || /^[~$]/.test(path) || url.test(path) || isAbsolute(path)
    ? path
    : join(literally(base), path)

/** The absolute path that is meant. A variable that is not set is a fault, lest `$NOTES/x` become `/x`. */
export const expandPath = (
  path: string,
  { home, env, cwd }: Pick<Machine, 'home' | 'env' | 'cwd'>,
): Reading<string> => {
  if (path === '' || path.includes('\0')) return faultRead('must be a path that is not empty')
  if (url.test(path))
    return faultRead('is a URL and no path: `gitsync clone URL PATH` makes a work tree of it')
  if (/^~[^/]/.test(path))
    return faultRead(
      'the home of another user is not expanded: write its whole path, or ./~… for a name',
    )
  const names = [...path.matchAll(variable)].map(([, plain, braced]) => plain ?? braced)
  const unset = names.find((name) => name !== undefined && !valueOf(env, name))
  if (unset !== undefined)
    return faultRead(
      `the variable "${unset}" is not set: set it, or write $$ for a $ of the name itself`,
    )
  // The home comes last, since it is no text of the person's: a $ in it stands for itself.
  const expanded = path.replace(variable, (_, plain?: string, braced?: string) => {
    const name = plain ?? braced
    return name === undefined ? '$' : valueOf(env, name)
  })
  return valueRead(resolve(cwd, path.startsWith('~') ? join(home, expanded.slice(1)) : expanded))
}

/** A variable that is empty counts as unset. Own ones only: `$constructor` is none. */
const valueOf = (env: Machine['env'], name: string): string =>
  Object.hasOwn(env, name) ? (env[name] ?? '') : ''
