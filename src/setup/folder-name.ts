/** The folder that `git clone` would make for an address; null where there is no name in it. */
export const folderNameOf = (url: string): string | null => {
  const [, , rest = ''] = /^([a-z][a-z\d+.-]*:\/\/)?(.*)$/is.exec(url) ?? []
  const isHostOnly = !rest.includes('/') && url.includes('://')
  const place = rest
    .replace(/^[^/@]*@/, '')
    .replace(/[\s/]+$/, '')
    .replace(/\/+\.git$/, '')
  const name = (isHostOnly ? place.replace(/:\d*$/, '') : place)
    .replace(/^.*[/:]/s, '')
    .replace(/\.(?:git|bundle)$/, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return name === '' || name === '.' || name === '..' ? null : name
}
