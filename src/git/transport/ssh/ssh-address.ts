/** Where an ssh address leads; null for what it leaves to ssh. */
export interface SshAddress {
  readonly user: string | null
  readonly host: string
  readonly port: number | null
}

const asUrl =
  /^(?:git\+)?ssh(?:\+git)?:\/\/(?:([^@/]*)@)?(?:\[([^\]]+)\]|([^:/]+))(?::(\d+))?(?:\/|$)/i
const asScp = /^(?:([^@/]*)@)?(?:\[([^\]]+)\]|([^:/[\]]+)):/

/** `ssh://user@host:port/path` or `user@host:path`; null where it is neither, or would be taken for an option. */
export const sshAddressOf = (url: string): SshAddress | null => {
  const found = asUrl.exec(url) ?? (url.includes('://') ? null : asScp.exec(url))
  const host = found?.[2] ?? found?.[3]
  if (host === undefined || host.startsWith('-')) return null
  const [user] = (found?.[1] ?? '').split(':')
  return {
    user: user === undefined || user === '' ? null : user,
    host,
    port: found?.[4] === undefined ? null : Number(found[4]),
  }
}

/** What known_hosts calls it. */
export const knownHostName = (host: string, port: number | null): string =>
  port === null || port === 22 ? host : `[${host}]:${String(port)}`
