import { execFileSync, spawnSync } from 'node:child_process'

/** What tests run beside gitsync, and Debian's package of it. */
const wanted = [
  { package: 'openssh-server', ask: ['sh', '-c', 'PATH=$PATH:/usr/sbin command -v sshd'] },
  { package: 'git-lfs', ask: ['git', 'lfs', 'version'] },
  { package: 'gnupg', ask: ['gpg', '--version'] },
  { package: 'gpgsm', ask: ['gpgsm', '--version'] },
  { package: 'btrfs-progs', ask: ['sh', '-c', 'PATH=$PATH:/usr/sbin command -v mkfs.btrfs'] },
  { package: 'exfatprogs', ask: ['sh', '-c', 'PATH=$PATH:/usr/sbin command -v mkfs.exfat'] },
  { package: 'exfat-fuse', ask: ['sh', '-c', 'PATH=$PATH:/usr/sbin command -v mount.exfat-fuse'] },
  { package: 'systemd', ask: ['systemd-analyze', '--version'] },
] as const

const isThere = ({ ask: [command, ...args] }: (typeof wanted)[number]): boolean =>
  spawnSync(command, args).status === 0

/**
 * Installs, once before all tests, what is missing and this machine lets us have. What cannot be had is told; the tests
 * that need a server then fail, and do not skip.
 */
export const setup = (): void => {
  const packages = wanted.filter((one) => !isThere(one)).map((one) => one.package)
  if (packages.length === 0 || process.platform !== 'linux') return
  process.stderr.write(`Installing ${packages.join(', ')} for the tests.\n`)
  const apt = (...args: readonly string[]): void => {
    execFileSync('apt-get', ['-qq', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  try {
    apt('update')
    apt('install', '--yes', '--no-install-recommends', ...packages)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${packages.join(', ')} cannot be installed here: ${reason}\n`)
  }
}
