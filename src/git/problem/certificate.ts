import { plainWord } from '../../shell-word.js'

/** Scheme, host and port, which git's settings for one place are named by; null where it is no such address. */
const placeOf = (url: string): URL | null => (URL.canParse(url) ? new URL(url) : null)

const anotherName = /subject ?name|does not match|hostname mismatch|host ?name .* mismatch/i
const unreadable = /SSL CA cert|certificate (?:file|verify locations)|trust anchors/i
const outOfDate = /has expired|not yet (?:valid|activated)/i

/** What makes git trust a private authority at this address, and at no other. */
const trust = ({ origin }: URL): string =>
  `git config --global ${plainWord(`http.${origin}/.sslCAInfo`)} FILE, with the authority’s certificate in FILE`

/** The variable of git's goes before its settings. */
const unset = (env: NodeJS.ProcessEnv): string =>
  env.GIT_SSL_CAINFO === undefined ? '' : '; GIT_SSL_CAINFO is set and goes before it: unset that'

const general =
  'Check the server’s certificate and the clock; trust a private authority with http.sslCAInfo.'

/** What can be done about a certificate that git refused in these words. */
export const certificateRemedy = (
  words: string,
  url: string,
  env: NodeJS.ProcessEnv = process.env,
): string => {
  const place = placeOf(url)
  if (place === null) return general
  if (anotherName.test(words))
    return `The certificate is for another name than ${place.hostname}: correct the address with git remote set-url, or have the server’s owner see to its certificate.`
  if (unreadable.test(words))
    return `Correct what names the file of trusted certificates, GIT_SSL_CAINFO or git config --get-urlmatch http.sslCAInfo ${plainWord(place.origin)}: it has none that can be read.`
  if (outOfDate.test(words))
    return 'Have the server’s owner renew the certificate; or correct the clock of this machine.'
  return `Check the server’s certificate and the clock. Where a private authority vouches for it: ${trust(place)}${unset(env)}.`
}

/** The same where libgit2 refused it, which heeds no setting of git's about certificates. */
export const certificateRemedyOfLibgit2 = (url: string): string => {
  const place = placeOf(url)
  if (place === null) return general
  return `Check the server’s certificate and the clock. Where a private authority vouches for it: install git, let transport be auto or git, and ${trust(place)}.`
}
