import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findGit, runGit } from '../../program/git-program.js'
import { isHttp } from '../../problem/address.js'
import { failure } from '../../problem/problem.js'
import { api } from './libgit2-api.js'
import type { TransportSettings } from '../port.js'
import type { Credential } from './libgit2-api.js'

/** One way to say who we are. */
export interface SignIn {
  readonly name: string
  readonly credential: (user: string) => Promise<Credential>
  /** Tells the keeper of the credential whether it worked. */
  readonly tell: (verdict: 'approve' | 'reject') => Promise<unknown>
}

export interface Account extends Pick<TransportSettings, 'credentials'> {
  readonly url: string
  readonly cwd: string
  readonly sshKey: string | null
  /** The agent's socket. */
  readonly agent: string | null
}

const nobodyToTell = (): Promise<void> => Promise.resolve()

const withAgent: SignIn = {
  name: 'the ssh agent',
  // Made at once, unlike the others: a promise of it all the same.
  credential: (user) => Promise.resolve(api.Credential.sshKeyFromAgent(user)),
  tell: nobodyToTell,
}

/** libgit2 wants the public half too; where no file has it, it is derived. */
const publicHalf = async (key: string): Promise<string> => {
  if (existsSync(`${key}.pub`)) return readFile(`${key}.pub`, 'utf8')
  const { stdout } = await promisify(execFile)('ssh-keygen', ['-y', '-P', '', '-f', key])
  return stdout
}

/** Of a key that is encrypted; what has none takes any. */
const passphrase = (): string => process.env.GITSYNC_SSH_PASSPHRASE ?? ''

const withKey = (key: string): SignIn => ({
  name: `the key ${key}`,
  credential: async (user) =>
    api.Credential.sshKeyMemoryNew(
      user,
      await publicHalf(key),
      await readFile(key, 'utf8'),
      passphrase(),
    ),
  tell: nobodyToTell,
})

const withHelper = ({ url, cwd, credentials }: Account): SignIn => {
  // The helpers' answer is kept to be given back to them with the verdict.
  const kept = { answer: '' }
  const ask = async (verb: string, input: string): Promise<string> => {
    const { stdout } = await runGit(['credential', verb], { cwd, stdin: input })
    return stdout.toString()
  }
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(kept.answer)?.[1] ?? ''
  return {
    name: 'the credential helper',
    credential: async () => {
      kept.answer = (await findGit()) === null ? '' : await ask('fill', `url=${url}\n\n`)
      if (kept.answer === '') throw failure('authentication', 'No credential helper has a password')
      return api.Credential.userpassPlaintextNew(field('username'), field('password'))
    },
    tell: (verdict) =>
      kept.answer === '' || credentials === 'as-found' ? nobodyToTell() : ask(verdict, kept.answer),
  }
}

const defaultKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']

const none: SignIn = {
  name: 'a client without a key',
  credential: () => Promise.reject(failure('authentication', 'No key is known')),
  tell: nobodyToTell,
}

/** libgit2 tries what the address has by itself, and asks once that was refused: no helper knows better, as with git. */
const inAddress: SignIn = {
  name: 'the password in its address',
  credential: () => Promise.reject(failure('authentication', 'The password was refused')),
  tell: nobodyToTell,
}

const hasPassword = (url: string): boolean => URL.canParse(url) && new URL(url).password !== ''

/** The ways to try at this address, in order and at least one; each is tried once. */
export const signInsFor = (account: Account): readonly SignIn[] => {
  if (isHttp(account.url)) return [hasPassword(account.url) ? inAddress : withHelper(account)]
  if (account.sshKey !== null) return [withKey(account.sshKey)]
  const keys = defaultKeys
    .map((name) => join(homedir(), '.ssh', name))
    .filter((key) => existsSync(key))
  const agents = account.agent === null ? [] : [withAgent]
  const ways = [...agents, ...keys.map(withKey)]
  return ways.length === 0 ? [none] : ways
}
