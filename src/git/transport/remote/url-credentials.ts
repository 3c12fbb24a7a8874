import type { GitSetting } from '../../program/git-settings.js'
import { settingsIn } from '../../program/git-settings.js'
import type { RemoteUrl } from './rewritten-url.js'

/**
 * `scheme://name:password@rest` as git reads it. A name alone is hidden where it is as long as a token: git chooses by
 * a login among the entries of netrc and of its own configuration, so that one stays. A password may hold a blank, which git
 * itself hands to its http program before that refuses it.
 */
const withSecret =
  /^((?:https?|ftps?):\/\/)(?:([^\s/?#:@]*):([^\r\n/?#]*)|([^\s/?#:@]{20,}))@([^/?#]+)([^?#]*)/i

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address as it may stand in a process list. */
export const withoutPassword = (url: string): string => url.replace(withSecret, '$1$5$6')

/** Answers with the name and the password that the environment has under this number. */
const helper = (n: string): string =>
  `!f() { test "$1" != get || printf 'username=%s\\npassword=%s\\n' "$GITSYNC_USERNAME_${n}" "$GITSYNC_PASSWORD_${n}"; }; f`

interface Hidden {
  readonly entries: readonly GitSetting[]
  readonly env: NodeJS.ProcessEnv
}

const nothing: Hidden = { entries: [], env: {} }

/** @param own whether no address before this one is on the same host: its credentials are for all of that, as git-lfs asks for them */
const hide = ({ configured, used, by }: RemoteUrl, n: string, own: boolean): Hidden => {
  const [prefix, scheme, name, password, token, host, path = ''] = withSecret.exec(used) ?? []
  if (prefix === undefined || scheme === undefined || host === undefined) return nothing
  const bare = `${scheme}${host}`
  // The longest rule wins, which is the one for the whole address.
  const rule: GitSetting =
    configured === used
      ? [`url.${bare}.insteadOf`, prefix.slice(0, prefix.length - path.length)]
      : [`url.${withoutPassword(used)}.${by}`, configured]
  const place = own ? bare : `${bare}${path}`
  if (token !== undefined)
    return { entries: [rule, [`credential.${place}.username`, decoded(token)]], env: {} }
  return {
    entries: [rule, [`credential.${place}.helper`, ''], [`credential.${place}.helper`, helper(n)]],
    env: {
      [`GITSYNC_USERNAME_${n}`]: decoded(name ?? ''),
      [`GITSYNC_PASSWORD_${n}`]: decoded(password ?? ''),
    },
  }
}

const hostOf = ({ used }: RemoteUrl): string | undefined => withSecret.exec(used)?.[5]

/**
 * A password inside an address would stand in the process list, since git hands the address to its http program as an
 * argument. Here it goes through the environment: git is told to use the bare address and gets the password by a helper.
 */
export const hiddenCredentials = (
  urls: readonly RemoteUrl[],
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv => {
  const hosts = urls.map(hostOf)
  const hidden = urls.map((url, n) => hide(url, String(n), hosts.indexOf(hosts[n]) === n))
  const entries = hidden.flatMap((one) => one.entries)
  if (entries.length === 0) return {}
  return {
    ...Object.fromEntries(hidden.flatMap((one) => Object.entries(one.env))),
    ...settingsIn(env, entries),
  }
}
