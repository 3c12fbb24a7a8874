import type { Problem } from '../../actors/problem.js'

/** `scheme://name:password@`; a password with a raw slash goes on to the last @. What begins as a port is none. */
const withPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/?#:@]*:(?!\d{1,5}[/?#])(?:([^/?#]*)|(.*))@/i

/** Shorter pieces open nothing, and are parts of ordinary words. */
const shortest = 3

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The password in this address, as it is there, decoded, and in the pieces of one who takes it for a host and a path. */
const formsIn = (url: string): readonly string[] => {
  const [, within, beyond] = withPassword.exec(url) ?? []
  const password = within ?? beyond ?? ''
  const whole = [password, decoded(password)]
  return [...whole, ...whole.flatMap((one) => one.split(/[/?#:@\s]+/))]
    .filter(({ length }) => length >= shortest)
    .sort((one, other) => other.length - one.length)
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** As a word of its own, in any case: ssh tells a host in lower case. */
const asWord = (form: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${escaped(form)}(?![\\p{L}\\p{N}])`, 'giu')

/**
 * The problem without the password in the address that was talked to. git decodes a `%2F` in an address of ssh's, so that
 * the first half of the password becomes a host that cannot be resolved: words that no pattern tells from others.
 */
export const withoutSecretOf = (url: string, problem: Problem): Problem => {
  const forms = formsIn(url).map(asWord)
  const hide = (text: string): string =>
    forms.reduce((rest, form) => rest.replace(form, '***'), text)
  return { ...problem, message: hide(problem.message), remedy: hide(problem.remedy) }
}
