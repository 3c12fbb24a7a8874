import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../src/redact.js'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const secret = fc.string({
  unit: fc.constantFrom(...letters.split('')),
  minLength: 24,
  maxLength: 40,
})

const carriers: Readonly<Record<string, (s: string) => string>> = {
  'password in an address': (s) => `fatal: unable to access 'https://bob:${s}@host/x.git/': no`,
  'password with an at sign': (s) => `https://bob:p@${s}@host/x.git`,
  'password with a raw slash': (s) => `https://bob:p/w/${s}@host/x.git`,
  'password with a hash and a question mark': (s) => `http://bob:p#?${s}@host/x.git`,
  'password with a quote': (s) => `origin/main at http://bob:p"${s}@host/x.git`,
  'password with a quote at its end': (s) => `origin/main at http://bob:${s}"@host/x.git`,
  'password with a quote and an at sign': (s) => `http://bob:p@w"${s}@host/x.git`,
  'password with a quote and a hash': (s) => `http://bob:p#"${s}@host/x.git`,
  'password with an apostrophe': (s) => `unable to access 'http://bob:p'${s}@host/x.git/': no`,
  'password with angle brackets': (s) => `http://bob:<${s}>@host/x.git`,
  'password with a blank': (s) => `origin/main at http://bob:p ${s}@host/x.git`,
  'password with a tab and an at sign': (s) => `http://bob:p@\t${s}@host/x.git`,
  'password that begins as a port': (s) => `http://bob:80"${s}@host/x.git`,
  'password of a name with an at sign': (s) => `http://bob@corp:p"${s}@host/x.git`,
  'ssh password with a quote': (s) => `ssh://bob:p"${s}@host/x`,
  'password with a quote in JSON': (s) =>
    JSON.stringify({ message: `at http://bob:p"${s}@host/x.git`, repo: '/w' }),
  'proxy without a scheme': (s) => `Unsupported proxy syntax in 'bob:${s}@127.0.0.1:3128'`,
  'proxy option': (s) => `usage: tunnel --proxy-auth bob:${s} host port`,
  'password option': (s) => `connect: -pass "${s}"`,
  'token option': (s) => `tunnel --api-token=${s}`,
  'typed by sshpass': (s) => `run sshpass -v -p ${s} ssh host`,
  'typed by sshpass, in quotes': (s) => `sshpass -p'a ${s}' ssh host`,
  'user option': (s) => `curl --proxy-user bob:${s} host`,
  'token as the name': (s) => `To https://${s}@host/x.git`,
  'token and oauth marker': (s) => `https://${s}:x-oauth-basic@host/x.git`,
  'ssh password': (s) => `ssh://bob:${s}@host/x`,
  'basic header': (s) => `Authorization: Basic ${s}==`,
  'header in JSON': (s) => JSON.stringify({ authorization: `Bearer ${s}` }),
  'proxy header': (s) => `Proxy-Authorization: token ${s}`,
  'extra header': (s) => `-c http.extraHeader=X-Token: ${s}`,
  'extra header of a host': (s) => `http.https://host/.extraheader AUTHORIZATION: basic ${s}`,
  'bearer alone': (s) => `sent Bearer ${s}`,
  'query parameter': (s) => `GET https://host/x?a=1&access_token=${s}&b=2`,
  'signed address': (s) => `https://host/o?X-Amz-Signature=${s}`,
  'credential protocol': (s) => `username=bob\npassword=${s}\n`,
  'private key': (s) =>
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n${s}\n-----END OPENSSH PRIVATE KEY-----`,
  'private key cut off': (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}\n${s.slice(4)}`,
  'a token that a hook tells': (s) => `remote: rejected, token=${s}, ask ann`,
  'a token after a colon': (s) => `remote: I have token: ${s}, ask ann`,
  'a header of a forge': (s) => `remote: sent PRIVATE-TOKEN: ${s}`,
  'a password with blanks round its sign': (s) => `password = ${s}`,
  'a short name': (s) => `pwd=${s}`,
  'an API key after a colon': (s) => `apikey: '${s}'`,
  'a token in quotes, with a blank': (s) => `token='a1 ${s}'`,
  'a cookie': (s) => `Cookie: a=b; session=${s}`,
  'a secret in quotes': (s) => `the hook has DEPLOY_SECRET="${s}"`,
  'an access token in JSON': (s) => JSON.stringify({ access_token: s }),
  'an access token in JSON that is quoted': (s) =>
    JSON.stringify({ message: JSON.stringify({ access_token: s, ok: false }) }),
  'GitHub token': (s) => `token ghp_${s}`,
  'GitHub fine-grained token': (s) => `github_pat_${s}`,
  'GitHub OAuth token': (s) => `(gho_${s})`,
  'GitLab token': (s) => `glpat-${s}`,
  'Slack token': (s) => `xoxb-${s}`,
}

describe('redact', () => {
  it.each(Object.entries(carriers))('lets no %s through, wherever it stands', (_name, carry) => {
    fc.assert(
      fc.property(secret, fc.lorem(), fc.lorem(), (hidden, before, after) => {
        const shown = redact(`${before} ${carry(hidden)}\n${after}`)
        expect(shown).not.toContain(hidden)
        expect(shown).toContain('***')
        expect(shown.startsWith(before)).toBe(true)
        expect(redact(shown)).toBe(shown)
      }),
    )
  })

  it('leaves ordinary text as it is', () => {
    fc.assert(
      fc.property(fc.lorem({ mode: 'sentences' }), (text) => {
        expect(redact(text)).toBe(text)
      }),
    )
  })

  it.each([
    'ssh://git@host:2222/x.git',
    'git@host:team/x.git',
    'https://host:8443/@scope/x.git',
    'https://host/a?page=2&sort=name',
    '{"url":"https://host","mail":"bob@example.org"}',
    '{"url":"https://host:8443","mail":"bob@example.org"}',
    '{"url":"https://host:8443/x.git","mail":"bob@example.org"}',
    'unable to access "https://host:8443", asked by bob@example.org',
    'https://host:8443 does not answer bob@example.org',
    "unable to access 'https://host/x.git/': 'bob@example.org' is unknown",
    'https://host: no answer to bob@example.org',
    '<https://host/a>, <bob@example.org>',
    'Authentication failed for https://host/x.git',
    'commit 3ae929836e9b166326c439e7e01cc8fa98df702b by Bob <bob@example.org>',
    'mailto:bob@example.org',
    'git@host:notes@home.git',
    'error: unknown option --author and --auth --verbose',
    'at 10:20:30 git@host said no',
    'basic rules of authorization were changed',
    'notes/password-list.md',
    'a token: what is it? The token = a word',
    '{"rule":"secret","line":3}',
    'remote: the secret is out',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('keeps what is around the secret', () => {
    expect(redact("unable to access 'https://u:p@host/x.git/': timed out")).toBe(
      "unable to access 'https://***@host/x.git/': timed out",
    )
  })
})
