import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ruleNames } from '../../../src/git/guard/allow-list.js'
import { findSecrets } from '../../../src/git/guard/find-secrets.js'
import type { Token } from '../../support/secrets.js'
import { tokens } from '../../support/secrets.js'

const found = (text: string | Buffer, path = 'notes/a.md'): readonly string[] =>
  findSecrets({ path, bytes: Buffer.from(text) }).map(({ rule, line }) => `${rule} ${String(line)}`)

describe('a secret', () => {
  it.each(Object.entries<Token>(tokens))(
    'of the kind %s is found at its line',
    (_, { rule, text, path }) => {
      const before = path === undefined ? 'one\ntwo\n' : ''
      const line = path === undefined ? 3 : 1
      expect(found(`${before}${text}\nafter\n`, path)).toContain(`${rule} ${String(line)}`)
    },
  )

  it('of every rule that can be named has an example here', () => {
    expect(new Set(Object.values(tokens).map(({ rule }) => rule))).toEqual(ruleNames)
  })

  it.each([
    ['rsa', { modulusLength: 1024 }],
    ['ec', { namedCurve: 'P-256' }],
    ['ed25519', {}],
  ] as const)('is any private key: %s', (kind, options) => {
    const { privateKey } = generateKeyPairSync(kind as 'rsa', options as { modulusLength: number })
    for (const type of kind === 'ed25519'
      ? (['pkcs8'] as const)
      : (['pkcs8', kind === 'ec' ? 'sec1' : 'pkcs1'] as const)) {
      const pem = privateKey.export({ type, format: 'pem' } as never) as unknown as string
      expect(found(`x\n${pem}`)).toContain('private-key 2')
      expect(found(pem.replaceAll('\n', '\r\n'))).toContain('private-key 1')
      expect(found(JSON.stringify({ private_key: pem }), 'a.json')).toContain('private-key 1')
    }
    const passphrase = { cipher: 'aes-256-cbc', passphrase: 'p' }
    const locked = privateKey.export({ type: 'pkcs8', format: 'pem', ...passphrase } as never)
    expect(found(String(locked))).toContain('private-key 1')
  })

  it.each(['utf16le', 'utf16be'])('is found in %s', (encoding) => {
    const le = Buffer.from(`\uFEFFone\n${tokens.github.text}\n`, 'utf16le')
    expect(found(encoding === 'utf16le' ? le : le.swap16())).toEqual(['github 2'])
  })

  it('is found after letters of any language', () => {
    expect(found(`Schlüssel: ${tokens.github.text}\n鍵:${tokens.gitlab.text}`)).toEqual([
      'github 1',
      'gitlab 2',
    ])
  })

  it('is found at the end of a line of megabytes', () => {
    expect(found(`${'var a=1;'.repeat(1_000_000)}"${tokens.slack.text}"`, 'a.js')).toEqual([
      'slack 1',
    ])
  })
})

describe('no secret', () => {
  it.each([
    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'export SLACK_TOKEN=xoxb-your-slack-bot-token-here',
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'AKIAIOSFODNN7EXAMPLE',
    'glpat-xxxxxxxxxxxxxxxxxxxx',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
    'It begins with `-----BEGIN OPENSSH PRIVATE KEY-----`, then base64.',
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqk1n5M6k2dEYcQ\n-----END PUBLIC KEY-----',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5d3b0Qx7 ada@example.org',
    'postgres://ada:lovelace1815@db.example.org/notes',
    'https://ada:lovelace1815@example.org/notes',
    'password: hunter22',
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  ])('is %j', (text) => {
    expect(found(`# Notes\n\n${text}\n`)).toEqual([])
  })

  it('is in what is no text', () => {
    expect(found(Buffer.concat([Buffer.from([0]), Buffer.from(tokens.github.text)]))).toEqual([])
    expect(found(randomBytes(100_000))).toEqual([])
  })

  it('is in anything of this project, nor in what is prose', () => {
    const folders = ['src', 'spec', 'bench', 'scripts'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    const files = [...folders, 'README.md', 'CHANGELOG.md', 'package-lock.json']
    expect(files.filter((file) => found(readFileSync(file), file).length > 0)).toEqual([])
  })
})

describe('a file of the environment', () => {
  it.each([
    '.env',
    'app/.env',
    '.env.local',
    '.env.production',
    '.env.sync-conflict-20261124-180352-4fd8991',
  ])('is held by its name: %s', (path) => {
    expect(found('# Settings\n\nPORT=8080\n', path)).toEqual(['env-file 3'])
    expect(found('export A=b', path)).toEqual(['env-file 1'])
    expect(found('A="b"\r\n', path)).toEqual(['env-file 1'])
  })

  it.each([
    '.env.example',
    '.env.sample',
    '.env.local.template',
    '.env.dist',
    'env',
    'a.env',
    '.envrc',
    'x/.env/a',
  ])('is not %s', (path) => {
    expect(found('PORT=8080\n', path)).toEqual([])
  })

  it.each([
    '',
    '# A=b\n',
    'A=\nB=""\nC=\'\'\r\nD= # none\n',
    'A="encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi"\n',
  ])('without a value to hide is let through: %j', (text) => {
    expect(found(text, '.env')).toEqual([])
  })
})

describe('the rules', () => {
  const long = 500_000
  it.each([
    ['slack', 'xoxb-' + 'a-'.repeat(long)],
    ['slack twice', 'xoxb-aaaa-'.repeat(long / 10)],
    ['sendgrid', 'SG.'.repeat(long / 3)],
    ['keys', '-----BEGIN PRIVATE KEY-----\n'.repeat(long / 28)],
    ['keys without an end', `-----BEGIN RSA PRIVATE KEY-----\n${'A: b\n'.repeat(long / 5)}`],
    ['escapes', `-----BEGIN RSA PRIVATE KEY-----${'\\n'.repeat(long / 2)}`],
    ['blanks', `aws_secret_access_key${' '.repeat(long)}`],
    ['addresses', 'http://'.repeat(long / 7)],
    ['environment', `A${' '.repeat(long)}`],
    ['exports', 'export '.repeat(long / 7)],
    ['putty', 'Private-Lines: 1\n'.repeat(long / 17)],
    ['gitlab', 'glpat-'.repeat(long / 6)],
    ['line feeds', '\n'.repeat(long)],
    ['underscores', '_'.repeat(long)],
  ])('take no longer than a text is long: %s', (_, text) => {
    for (const path of ['.env', 'package.json', '.npmrc']) {
      const from = performance.now()
      found(text, path)
      expect(performance.now() - from).toBeLessThan(5_000)
    }
  })
})
