import type { PathSkipped } from '../../actors/outcome.js'

/** Says each skipped path once, until a full look finds it skipped no longer. */
export const onceOnly = (): ((
  skipped: readonly PathSkipped[],
  whole: boolean,
) => readonly PathSkipped[]) => {
  let told: ReadonlySet<string> = new Set()
  return (skipped, whole) => {
    const keys = skipped.map(({ path, reason }) => `${reason} ${path}`)
    const fresh = skipped.filter((_, n) => !told.has(keys[n] ?? ''))
    told = new Set([...(whole ? [] : told), ...keys])
    return [...new Map(fresh.map((fact) => [`${fact.reason} ${fact.path}`, fact])).values()]
  }
}
