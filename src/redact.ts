interface Secret {
  readonly shape: RegExp
  readonly shown: string
}

const tokenShapes = [
  'gh[oprsu]_[A-Za-z0-9]{16,}',
  'github_pat_\\w{20,}',
  'gl(?:pat|oas|rt|ptt|dt|ft|soat|cbt)-[\\w.-]{16,}',
  'xox[a-z]-[\\w-]{8,}',
  'AT(?:BB|CTT|ATT)[\\w-]{20,}=*\\w*',
  'npm_[A-Za-z0-9]{30,}',
  'AKIA[0-9A-Z]{16}',
  'eyJ[\\w-]{8,}\\.eyJ[\\w-]{8,}\\.[\\w-]+',
]

const parameters = [
  '[\\w-]*token',
  '[\\w-]*secret',
  'pass(?:word|wd|phrase)?',
  'api[_-]?key',
  'auth',
  'sig(?:nature)?',
  'x-amz-(?:credential|signature)',
].join('|')

/** What a secret is called in words, which may be about it and not tell it: `invalid token: expired`. */
const spoken = [
  '[\\w-]*token',
  '[\\w-]*secret',
  'pass(?:word|wd|phrase)?',
  'pwd',
  'api[_-]?key',
].join('|')

/** A word that is none of a language's. */
const coined = '["\']?\\S*\\d|\\S{16}'

/** What begins a port, and no password: a path follows it, or the address ends there. */
const port = '\\d{1,5}(?:[/?#]|["\'>]?(?:[\\s,;:)\\]}]|$))'

/** With the slashes before it of a text in a text. */
const quote = `\\\\*["']`

/** A name and a colon after which a password begins. */
const named = `(\\b[a-z][a-z0-9+.-]*://)[^\\s/?#"<>:]*:(?!${port})`

/**
 * The order matters: what reaches to the end of its line comes before what ends earlier.
 * A name before `@` is kept where it is a login by convention (`ssh://git@host`), since it opens nothing.
 */
const secrets: readonly Secret[] = [
  {
    shape: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    shown: '***',
  },
  { shape: /(authorization["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, shown: '$1***' },
  { shape: /(extraheader["']?(?:\s*[:=]\s*|\s+(?=[\w-]+:))["']?)[^\r\n"']+/gi, shown: '$1***' },
  // A password may hold quotes and blanks, with which git signs in: all up to the last @ before a path goes.
  { shape: new RegExp(`${named}(?!\\s)[^\\r\\n/?#]*@`, 'gi'), shown: '$1***@' },
  { shape: /(\b(?:https?|ftps?):\/\/)[^\s/?#"<>]*@/gi, shown: '$1***@' },
  // It may hold a raw slash as well; a quote at the end of a word is one around the address then.
  {
    shape: new RegExp(`${named}(?:[^\\s"'<>]|["'<>](?=[^\\s,;:)\\]}"'<>]))*@`, 'gi'),
    shown: '$1***@',
  },
  // A proxy's address may go without a scheme; what stands before a path of ssh's (`git@host:team`) is no password.
  { shape: /(?<![\w@./+-])(?!mailto:)[\w.+%-]+:[^\s"'<>@:/]+@(?=[\w[])/g, shown: '***@' },
  { shape: /(\bcookie["']?\s*[:=]\s*)[^\r\n]+/gi, shown: '$1***' },
  {
    shape: new RegExp(
      `((?<![\\w-])(?:${spoken})["']?[ \\t]*[:=][ \\t]*)(?=${coined})(?:"[^"\\r\\n]*"|'[^'\\r\\n]*'|[^&;,\\s"'<>#\\\\]+)`,
      'gi',
    ),
    shown: '$1***',
  },
  { shape: /(\bsshpass\b[^\r\n]*?\s-p\s*)(?:'[^'\r\n]*'|"[^"\r\n]*"|\S+)/g, shown: '$1***' },
  // An option on a command line, as a program tells how it was called.
  {
    shape: new RegExp(
      `(?<!\\S)(--?(?:[\\w-]+-)?(?:user|${parameters})(?:=|\\s+)["']?)[^\\s"'-][^\\s"']*`,
      'gi',
    ),
    shown: '$1***',
  },
  // In the query of an address, in the words of a server's hook, and in JSON.
  {
    shape: new RegExp(
      `((?<![\\w-])(?:${parameters})(?:=${quote}?|${quote}\\s*:\\s*${quote}))[^&;\\s"'<>#\\\\]+`,
      'gi',
    ),
    shown: '$1***',
  },
  { shape: /\b(pass(?:word|phrase)=)[^\r\n]+/gi, shown: '$1***' },
  { shape: /\b(bearer|basic)(\s+)[\w.~+/-]{12,}=*/gi, shown: '$1$2***' },
  { shape: new RegExp(`\\b(?:${tokenShapes.join('|')})`, 'g'), shown: '***' },
]

/** The text without its secrets. Every sink passes through here: logs, outcomes, journal, errors. */
export const redact = (text: string): string =>
  secrets.reduce((rest, { shape, shown }) => rest.replace(shape, shown), text)
