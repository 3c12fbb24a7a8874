import { userInfo } from 'node:os'
import { isHttp } from '../../problem/address.js'
import { failure } from '../../problem/problem.js'
import { brokenSignIn } from '../../problem/sayings.js'
import { api } from './libgit2-api.js'
import type { Callbacks } from './libgit2-api.js'
import { signInsFor } from './sign-in.js'
import type { Account, SignIn } from './sign-in.js'

type Guard = Pick<Callbacks, 'credentials' | 'certificateCheck'>

const eAuth = -16
const eCertificate = -17

interface Asked {
  times: number
}

/**
 * libgit2 asks again and again after a refusal, so a credential is given out once and the second question ends the
 * attempt. Unknown hosts and bad certificates are refused, always.
 */
const guardOf = (way: SignIn, asked: Asked): Guard => ({
  certificateCheck: (_certificate, valid) => (valid ? 0 : eCertificate),
  credentials: async (_url, user, types) => {
    const name = user === null || user === '' ? userInfo().username : user
    if ((types & api.Credential.TYPE.USERNAME) !== 0) return api.Credential.usernameNew(name)
    asked.times += 1
    if (asked.times > 1) return new Error('refused')
    return way.credential(name).catch((error: unknown) => {
      asked.times += 1
      return error instanceof Error ? error : new Error('refused')
    })
  },
})

/** Whether the attempt ended because of who we are; the message alone is not to be trusted after a second question. */
const isRefusal = (error: unknown, asked: Asked): boolean => {
  if (asked.times > 1) return true
  if (brokenSignIn.test(String(error))) return false
  const errno: unknown = error instanceof Error ? Reflect.get(error, 'errno') : undefined
  return (
    errno === eAuth || (asked.times === 1 && /agent|(?:public|private) ?key/i.test(String(error)))
  )
}

const overHttp =
  'Set up a git credential helper and give it the right password. libgit2 reads neither netrc nor http.extraHeader, as the git program does where it is installed and transport is auto or git.'

/** Runs `attempt` with one way to sign in after the other until one is let in. */
export const signedIn = async <T>(
  account: Account,
  attempt: (guard: Guard) => Promise<T>,
): Promise<T> => {
  const refused: string[] = []
  for (const way of signInsFor(account)) {
    const asked: Asked = { times: 0 }
    try {
      const result = await attempt(guardOf(way, asked))
      if (asked.times > 0) await way.tell('approve')
      return result
    } catch (error) {
      if (!isRefusal(error, asked)) throw error
      await way.tell('reject')
      refused.push(way.name)
    }
  }
  const message = `${account.url} lets nobody in with ${refused.join(' or ')}`
  throw failure('authentication', message, isHttp(account.url) ? overHttp : undefined)
}
