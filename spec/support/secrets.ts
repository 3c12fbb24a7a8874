/** Characters of no secret, as random as those of one: nothing in these files may look like one itself. */
const random = (length: number, alphabet = 'k3Xv9QzB7mR2wT5yHn8Lc4Pd6Jf1Gs0'): string =>
  Array.from({ length }, (_, n) => alphabet[(n * 7 + ((n * n) % 11)) % alphabet.length]).join('')

const hex = (length: number): string => random(length, '3f9a0c7e1b5d8264')

export interface Token {
  readonly rule: string
  readonly text: string
  /** Where it counts alone. */
  readonly path?: string
}

const key = (kind: string): string => `-----BEGIN ${kind}PRIVATE KEY`

/** As it is told apart from the outside: JSON whose last brace is alone in its group of base64. */
const onePassword = Buffer.from(
  JSON.stringify({ muk: random(100), secretKey: random(20) }),
).toString('base64')

/** One of each kind that the guard knows. */
export const tokens = {
  aws: { rule: 'aws', text: `aws_secret_access_key = ${random(40)}` },
  openssh: { rule: 'private-key', text: `${key('OPENSSH ')}-----\n${random(70)}\n${random(70)}` },
  encrypted: {
    rule: 'private-key',
    text: `${key('RSA ')}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${random(64)}`,
  },
  pgp: { rule: 'private-key', text: `${key('PGP ')} BLOCK-----\nVersion: 1\n\n${random(64)}` },
  putty: { rule: 'private-key', text: `Private-Lines: 14\n${random(64)}` },
  age: { rule: 'private-key', text: `AGE-SECRET-KEY-1${random(58).toUpperCase()}` },
  npm: { rule: 'npm', text: `npm_${random(36)}` },
  npmrc: { rule: 'npm', text: `//registry.npmjs.org/:_authToken=${random(36)}`, path: '.npmrc' },
  slack: { rule: 'slack', text: ['xoxb', '123456789012', '210987654321', random(24)].join('-') },
  sendgrid: { rule: 'sendgrid', text: `SG.${random(22)}.${random(43)}` },
  shopify: { rule: 'shopify', text: `shpat_${random(32)}` },
  github: { rule: 'github', text: `ghp_${random(36)}` },
  fineGrained: { rule: 'github', text: `github_pat_${random(82)}` },
  openai: { rule: 'openai', text: `sk-${random(20)}T3BlbkFJ${random(20)}` },
  anthropic: { rule: 'anthropic', text: `sk-ant-api03-${random(93)}AA` },
  linear: { rule: 'linear', text: `lin_api_${random(40)}` },
  onePassword: { rule: '1password', text: `ops_${onePassword}` },
  gitlab: { rule: 'gitlab', text: `glpat-${random(20)}` },
  azure: { rule: 'azure', text: `AccountKey=${random(86)}==` },
  digitalocean: { rule: 'digitalocean', text: `dop_v1_${hex(64)}` },
  gcp: { rule: 'gcp', text: `GOCSPX-${random(28)}` },
  stripe: { rule: 'stripe', text: `sk_live_${random(24)}` },
  env: { rule: 'env-file', text: 'NAME=value', path: '.env' },
} as const satisfies Readonly<Record<string, Token>>
