/** The path that a remote's address names on this machine, or null where it names another machine. */
export const localPath = (url: string): string | null => {
  if (url.startsWith('file://')) return url.slice('file://'.length)
  const elsewhere = /^[^/\\]+:/.test(url) && !/^[A-Za-z]:[\\/]/.test(url)
  return elsewhere || url === '' ? null : url
}

export const isSsh = (url: string): boolean =>
  /^(?:git\+)?ssh:/.test(url) ||
  (url.includes(':') && !url.includes('://') && localPath(url) === null)

export const isHttp = (url: string): boolean => /^https?:/i.test(url)
