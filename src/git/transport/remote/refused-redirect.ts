import type { Problem } from '../../../actors/problem.js'
import { movedThere } from '../../problem/http-sayings.js'
import { plainWord } from '../../../shell-word.js'
import type { RemoteConfig } from './remote-config.js'

const wayOut = (url: string): string => {
  const { origin, pathname } = new URL(url)
  const asked = `${origin}${pathname.replace(/\/$/, '')}/info/refs?service=git-upload-pack`
  return `The server sends on to another address. git would take the header of http.extraHeader along, so that it is not followed: set that address with git remote set-url. What curl -sI ${plainWord(asked)} names as Location is it, up to /info/refs.`
}

/** Says of a redirect that was refused because of a header that it was, and where the address stands. */
export const refusedRedirect = (
  problem: Problem,
  url: string,
  { redirects }: Pick<RemoteConfig, 'redirects'>,
): Problem =>
  redirects === 'refused' && problem.remedy === movedThere && URL.canParse(url)
    ? { ...problem, remedy: wayOut(url) }
    : problem
