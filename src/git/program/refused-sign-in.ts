import { failure } from '../problem/problem.js'
import type { GitFailure } from '../problem/problem.js'
import { settingsIn } from './git-settings.js'

const words = 'refused the name and the password'

/**
 * A credential helper that knows no answer, and says that one was refused: git-lfs asks for another one then, without
 * end where the same helper answers. It takes its time, in which git can be ended before the next attempt; and ends
 * git and all that git runs itself where nobody hears it any more.
 */
const tellRefused = [
  'credential.helper',
  `!f() { test "$1" = erase || exit 0; trap '' PIPE; h=; while IFS='=' read -r k v; do test "$k" = host && h=$v; done; printf '\\ngitsync: %s ${words}\\n' "$h" >&2 || kill 0; sleep 1; }; f`,
] as const

/** The same environment for a git that may run git-lfs, which talks to a server of its own. */
export const withFewSignIns = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  ...settingsIn({ ...process.env, ...env }, [tellRefused]),
})

const refused = new RegExp(`^gitsync: (.*) ${words}$`)

/** Another helper, or the same one once it forgot, may know better; then nobody does. */
const attempts = 2

const failureOf = (host: string): GitFailure =>
  failure(
    'authentication',
    `${host} ${words} that git has for it.`,
    `Correct the password or the token for ${host}, in the address or where git’s credential helper has it from.`,
  )

/** Listens to what git says. @returns for each piece whether a server has refused often enough */
export const hearRefusals = (): ((text: string) => GitFailure | null) => {
  const times = new Map<string, number>()
  let line = ''
  return (text) => {
    const lines = (line + text).split('\n')
    line = lines.pop() ?? ''
    const hosts = lines.flatMap((one) => refused.exec(one)?.[1] ?? [])
    for (const host of hosts) times.set(host, (times.get(host) ?? 0) + 1)
    const host = hosts.find((one) => (times.get(one) ?? 0) >= attempts)
    return host === undefined ? null : failureOf(host)
  }
}
