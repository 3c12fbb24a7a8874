import { execFileSync, spawnSync } from 'node:child_process'

const isThere = (): boolean => spawnSync('systemd-analyze', ['--version']).status === 0

/** Debian's package, where this machine lets us; whoever has none skips what needs it, and is told. */
const install = (): void => {
  process.stderr.write('systemd is missing: installing it to verify the unit.\n')
  try {
    const options = { stdio: 'ignore', timeout: 100_000 } as const
    execFileSync('apt-get', ['update'], options)
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'systemd'], options)
  } catch {
    process.stderr.write('systemd cannot be installed here: the unit is not verified.\n')
  }
}

/** Whether systemd's own programs are there, perhaps by now. */
export const hasSystemd = (): boolean => {
  if (process.platform !== 'linux') return false
  if (!isThere()) install()
  return isThere()
}
