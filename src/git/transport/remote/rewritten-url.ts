/** A setting of git's: its key, its value. */
export type Setting = readonly [key: string, value: string]

interface Rule {
  readonly base: string
  readonly prefix: string
}

const rulesIn = (settings: readonly Setting[], name: 'insteadof' | 'pushinsteadof') =>
  settings.flatMap(([key, prefix]): readonly Rule[] => {
    const base =
      key.startsWith('url.') && key.endsWith(`.${name}`) ? key.slice(4, -name.length - 1) : null
    return base === null ? [] : [{ base, prefix }]
  })

/** The first of the longest that fit. */
const ruleFor = (url: string, rules: readonly Rule[]): Rule | null =>
  rules
    .filter(({ prefix }) => url.startsWith(prefix))
    .reduce<Rule | null>(
      (best, one) => (best !== null && best.prefix.length >= one.prefix.length ? best : one),
      null,
    )

const applied = (url: string, rule: Rule | null): string =>
  rule === null ? url : rule.base + url.slice(rule.prefix.length)

/** One address: as a remote is configured with it, and as git then rewrites it, by one kind of rule or the other. */
export interface RemoteUrl {
  readonly configured: string
  readonly used: string
  readonly by: 'insteadOf' | 'pushInsteadOf'
}

/** The address that git makes of this one by `url.*.insteadOf`. */
export const rewritten = (configured: string, settings: readonly Setting[]): RemoteUrl => ({
  configured,
  used: applied(configured, ruleFor(configured, rulesIn(settings, 'insteadof'))),
  by: 'insteadOf',
})

/**
 * Where a remote without a `pushUrl` pushes to: all addresses that `url.*.pushInsteadOf` rewrites, and where there is none,
 * all that it has.
 */
export const rewrittenToPush = (
  urls: readonly string[],
  settings: readonly Setting[],
): readonly RemoteUrl[] => {
  const rules = rulesIn(settings, 'pushinsteadof')
  const found = urls.flatMap((configured): readonly RemoteUrl[] => {
    const rule = ruleFor(configured, rules)
    return rule === null
      ? []
      : [{ configured, used: applied(configured, rule), by: 'pushInsteadOf' }]
  })
  return found.length > 0 ? found : urls.map((url) => rewritten(url, settings))
}
