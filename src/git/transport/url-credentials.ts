/** `scheme://name:password@rest` as git reads it; without a password there is nothing to hide. */
const withPassword = /^(https?:\/\/)([^\s/?#:@]*):([^\s/?#]*)@([^/?#]+)/i

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address as it may stand in a process list. */
export const withoutPassword = (url: string): string =>
  url.replace(
    withPassword,
    (_, scheme: string, _name, _password, host: string) => `${scheme}${host}`,
  )

const helper =
  '!f() { test "$1" != get || printf \'username=%s\\npassword=%s\\n\' "$GITSYNC_USERNAME" "$GITSYNC_PASSWORD"; }; f'

/**
 * A password inside the address would stand in the process list, since git hands the address to its http program as an
 * argument. Here it goes through the environment: git is told to use the bare address and gets the password by a helper.
 */
export const hiddenCredentials = (url: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const [prefix, scheme, name, password, host] = withPassword.exec(url) ?? []
  if (prefix === undefined || scheme === undefined || host === undefined) return {}
  const bare = `${scheme}${host}`
  const entries = [
    [`url.${bare}.insteadOf`, prefix],
    [`credential.${bare}.helper`, ''],
    [`credential.${bare}.helper`, helper],
  ] as const
  const first = Number(env.GIT_CONFIG_COUNT ?? 0)
  return {
    GITSYNC_USERNAME: decoded(name ?? ''),
    GITSYNC_PASSWORD: decoded(password ?? ''),
    GIT_CONFIG_COUNT: String(first + entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${String(first + i)}`, key],
        [`GIT_CONFIG_VALUE_${String(first + i)}`, value],
      ]),
    ),
  }
}
