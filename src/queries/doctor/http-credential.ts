import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runGit } from '../../git/program/git-program.js'
import { withoutPassword } from '../../git/transport/remote/url-credentials.js'
import type { Credential, HttpSource } from './facts.js'
import { patience } from './told.js'

/** Whether `https://host/team` is meant by an address below it; a key without an address means all. */
const isMeant = (scope: string, address: URL): boolean => {
  if (scope === '') return true
  if (!URL.canParse(scope)) return false
  const { protocol, host, pathname } = new URL(scope)
  const folder = pathname.replace(/\/$/, '')
  const below = address.pathname === folder || address.pathname.startsWith(`${folder}/`)
  return protocol === address.protocol && host === address.host && below
}

/** Every value for this address, in order; an empty one takes back those before. What is read may be secret. */
const settings = async (
  cwd: string,
  section: string,
  name: string,
  address: URL,
): Promise<readonly string[]> => {
  const wanted = `^${section}\\.(.*\\.)?${name}$`
  const { stdout } = await runGit(['config', '--null', '--get-regexp', wanted], {
    cwd,
    idleTimeout: patience,
  })
  const values: string[] = []
  for (const entry of stdout.toString().split('\0').slice(0, -1)) {
    const end = entry.indexOf('\n')
    const scope = entry.slice(section.length + 1, end - name.length - 1)
    const value = entry.slice(end + 1)
    if (!isMeant(scope, address)) continue
    if (value === '') values.length = 0
    else values.push(value)
  }
  return values
}

/** A helper may be a line of shell with a password in it: no more than a plain name is told. */
const nameOf = (helper: string): string =>
  helper.startsWith('!')
    ? 'that is a shell command'
    : (/^[\w./~-]+/.exec(helper)?.[0] ?? 'that is configured')

const netrcNames = async (host: string): Promise<readonly string[]> => {
  const file = join(homedir(), process.platform === 'win32' ? '_netrc' : '.netrc')
  const words = (await readFile(file, 'utf8').catch(() => '')).split(/\s+/)
  const found = words.some(
    (word, at) => word === 'default' || (word === 'machine' && words[at + 1] === host),
  )
  return found ? [file] : []
}

const sources = (kind: HttpSource['kind'], names: readonly string[]): readonly HttpSource[] =>
  names.map((name) => ({ kind, name }))

/** What libgit2 leaves alone, which reads neither. */
const ofGitAlone: readonly HttpSource['kind'][] = ['header', 'netrc']

/** Where git would look, in its order, for what opens this address, or libgit2. */
export const readHttpCredential = async (
  cwd: string,
  url: string,
  by: 'git' | 'libgit2',
): Promise<Credential> => {
  if (!URL.canParse(url)) return { kind: 'other', ways: ['what git makes of this address'] }
  const address = new URL(url)
  const [headers, helpers, askpass, netrc] = await Promise.all([
    settings(cwd, 'http', 'extraheader', address),
    settings(cwd, 'credential', 'helper', address),
    settings(cwd, 'core', 'askpass', address),
    netrcNames(address.hostname),
  ])
  const asked = process.env.GIT_ASKPASS ?? askpass.at(-1) ?? process.env.SSH_ASKPASS ?? ''
  const found = [
    ...sources('header', headers.some((line) => /^authorization:/i.test(line)) ? [''] : []),
    ...sources('address', withoutPassword(url) !== url ? [''] : []),
    ...sources('netrc', netrc),
    ...sources('helper', helpers.map(nameOf)),
    ...sources('askpass', asked === '' ? [] : [asked]),
  ]
  return {
    kind: 'http',
    sources: found.filter(({ kind }) => by === 'git' || !ofGitAlone.includes(kind)),
  }
}
