import { readFileSync } from 'node:fs'

/*
 * The files of references, read at once: through a thread, or by a process, each would cost a cycle many times as much.
 * Null for whatever is not the plain case, packed or damaged: then git or libgit2 is asked.
 */

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}

/** The commit that the file of a reference names. */
export const looseOidNow = (file: string): string | null =>
  /^([0-9a-f]{40})\n$/.exec(textOf(file))?.[1] ?? null

/** The reference that the file of a symbolic one names, such as HEAD. */
export const symbolicTargetNow = (file: string): string | null => {
  const target = /^ref: (refs\/[^\s\u{FFFD}]+)\n$/u.exec(textOf(file))?.[1]
  return target ?? null
}
