import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Answers for what unlocks a key with the passphrase of the environment, which is for no server: git asks the same program
 * for a name and a password there, and ssh for a login. That, as all else that opens something, is for the program of the
 * person. To a question about a host key neither is an answer, and ssh would ask for ever. `printf` is the shell's own, so
 * that no process has the passphrase among its arguments.
 */
const script = `#!/bin/sh
case "$1" in
  "Enter passphrase for key "*)
    if test -n "\${GITSYNC_SSH_PASSPHRASE+x}"
    then printf '%s\\n' "$GITSYNC_SSH_PASSPHRASE"; exit
    fi ;;
  *[Pp]assphrase*|*[Pp]assword*|*PIN*|"Username for "*) ;;
  *) exit 1 ;;
esac
test -n "$GITSYNC_SSH_ASKPASS" && exec "$GITSYNC_SSH_ASKPASS" "$1"
`

const written: { path: string | null } = { path: null }

const writeScript = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gitsync-askpass-'))
  const path = join(folder, 'askpass')
  writeFileSync(path, script, { mode: 0o700 })
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  return path
}

/** Whether somebody is there to unlock a key: a passphrase in the environment, or a program that is always to be asked. */
export const canUnlock = (env: NodeJS.ProcessEnv): boolean =>
  env.GITSYNC_SSH_PASSPHRASE !== undefined ||
  ((env.SSH_ASKPASS ?? '') !== '' && /^(?:force|prefer)$/.test(env.SSH_ASKPASS_REQUIRE ?? ''))

/** What makes ssh ask there. */
export const askpassEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  if (!canUnlock(env)) return {}
  written.path ??= writeScript()
  return {
    GITSYNC_SSH_ASKPASS: env.SSH_ASKPASS ?? '',
    SSH_ASKPASS: written.path,
    SSH_ASKPASS_REQUIRE: 'force',
  }
}
