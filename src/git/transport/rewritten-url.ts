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

/** The address that git makes of this one by `url.*.insteadOf`. */
export const rewrittenUrl = (url: string, settings: readonly Setting[]): string =>
  applied(url, ruleFor(url, rulesIn(settings, 'insteadof')))

/** Where it pushes to without a `pushUrl`: by `url.*.pushInsteadOf`, else as it fetches. */
export const rewrittenPushUrl = (url: string, settings: readonly Setting[]): string => {
  const rule = ruleFor(url, rulesIn(settings, 'pushinsteadof'))
  return rule === null ? rewrittenUrl(url, settings) : applied(url, rule)
}
