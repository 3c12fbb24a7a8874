import type * as promises from 'node:fs/promises'
import type * as stats from '../../src/git/files/stat-now.js'

/** Called before and after each call that changes a file: where a person’s hand slips in between. */
type Hook = (when: 'before' | 'after', call: string, paths: readonly string[]) => void
export const hooked: { hook: Hook } = { hook: () => undefined }

/** What a spec mocks `node:fs/promises` with, so that the hook is called. */
export const hookedFiles = (real: typeof promises): typeof promises => {
  const wrap =
    <A extends readonly unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const paths = args.filter((arg) => typeof arg === 'string')
      hooked.hook('before', name, paths)
      const result = await call(...args)
      hooked.hook('after', name, paths)
      return result
    }
  return {
    ...real,
    open: wrap('open', real.open),
    rename: wrap('rename', real.rename),
    link: wrap('link', real.link),
  }
}

/** The same for `src/git/files/stat-now.ts`: a look is a moment too. */
export const hookedStats = (real: typeof stats): typeof stats => {
  const hookedLook = (look: typeof real.statNow) => (file: string | Buffer) => {
    const paths = typeof file === 'string' ? [file] : []
    hooked.hook('before', 'lstat', paths)
    const found = look(file)
    hooked.hook('after', 'lstat', paths)
    return found
  }
  return { ...real, statNow: hookedLook(real.statNow), seenNow: hookedLook(real.seenNow) }
}
