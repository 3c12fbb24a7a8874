import { matching } from './rule.js'

/** What stands between the lines of a key: line ends, also as JSON writes them. */
const gap = String.raw`(?:\s|\\[nrt])`

const header = String.raw`(?:[A-Za-z-]{1,40}: [^\n\\]{0,200}${gap}{1,8}){0,5}`

/**
 * Beside those of secretlint: its rule for private keys knows keys by how RSA and OpenSSH begin them, and so neither
 * short ones of elliptic curves nor encrypted ones nor PGP's; and some forges and clouds it does not know.
 */
export const ownRules = [
  matching(
    'private-key',
    new RegExp(
      String.raw`-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----${gap}{1,8}${header}[A-Za-z0-9+/]{40}`,
      'g',
    ),
  ),
  matching('private-key', /^Private-Lines: \d{1,4}\r?\n[A-Za-z0-9+/]{40}/gm),
  matching('private-key', /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g),
  matching('gitlab', /(?<![\w-])gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w-]{20,300}/g),
  matching('azure', /\bAccountKey=[A-Za-z0-9+/]{86}==/g),
  matching('digitalocean', /\bdo[opr]_v1_[a-f0-9]{64}\b/g),
  matching('gcp', /\bGOCSPX-[\w-]{28}(?![\w-])/g),
  matching('stripe', /\b[rs]k_live_[A-Za-z0-9]{24,250}\b/g),
]
