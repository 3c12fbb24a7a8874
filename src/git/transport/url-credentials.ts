/**
 * `scheme://name:password@rest` as git reads it. A name alone is hidden where it is as long as a token: git chooses by
 * a login among the entries of netrc and of its own configuration, so that one stays.
 */
const withSecret = /^(https?:\/\/)(?:([^\s/?#:@]*):([^\s/?#]*)|([^\s/?#:@]{20,}))@([^/?#]+)/i

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address as it may stand in a process list. */
export const withoutPassword = (url: string): string => url.replace(withSecret, '$1$5')

const helper =
  '!f() { test "$1" != get || printf \'username=%s\\npassword=%s\\n\' "$GITSYNC_USERNAME" "$GITSYNC_PASSWORD"; }; f'

/**
 * A password inside the address would stand in the process list, since git hands the address to its http program as an
 * argument. Here it goes through the environment: git is told to use the bare address and gets the password by a helper.
 *
 * @param configured the address that git rewrites into `url` by a rule of the user's, where there is one
 */
export const hiddenCredentials = (
  url: string,
  env: NodeJS.ProcessEnv,
  configured = url,
): NodeJS.ProcessEnv => {
  const [prefix, scheme, name, password, token, host] = withSecret.exec(url) ?? []
  if (prefix === undefined || scheme === undefined || host === undefined) return {}
  const bare = `${scheme}${host}`
  const answers =
    token === undefined
      ? [
          [`credential.${bare}.helper`, ''],
          [`credential.${bare}.helper`, helper],
        ]
      : [[`credential.${bare}.username`, decoded(token)]]
  // The longest rule wins, which is the one for the whole address.
  const rewritten = `url.${withoutPassword(url)}`
  const rules =
    configured === url
      ? [[`url.${bare}.insteadOf`, prefix]]
      : [
          [`${rewritten}.insteadOf`, configured],
          [`${rewritten}.pushInsteadOf`, configured],
        ]
  const entries = [...rules, ...answers]
  const first = Number(env.GIT_CONFIG_COUNT ?? 0)
  return {
    ...(token === undefined
      ? { GITSYNC_USERNAME: decoded(name ?? ''), GITSYNC_PASSWORD: decoded(password ?? '') }
      : {}),
    GIT_CONFIG_COUNT: String(first + entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${String(first + i)}`, key],
        [`GIT_CONFIG_VALUE_${String(first + i)}`, value],
      ]),
    ),
  }
}
