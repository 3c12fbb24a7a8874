import { roomThere } from '../../actors/problem.js'
import type { Saying } from './saying.js'

/** The status of an answer, as git, its talk by POST, libgit2 and git-lfs tell it. */
const answered = (codes: string): RegExp =>
  new RegExp(`(?:status code:|returned error:|RPC failed; HTTP|from HTTP) (?:${codes})\\b`, 'i')

/** The server is busy or out of order: whatever else it says then is no rule of its own. */
export const outOfOrder = answered('408|429|50[0-689]|5[1-9]\\d')

export const movedThere =
  'The remote moved, or wants a person to sign in first: set the address that it redirects to with git remote set-url.'

/** A password for the proxy, which is no business of the server's. */
export const proxySaying: Saying = [
  /HTTP code 407 from proxy|CONNECT tunnel failed, response 407|(?:status code|returned error): 407|RPC failed; HTTP 407/i,
  'authentication',
  'Correct the name and the password for the proxy, in git’s http.proxy or in the variable https_proxy (http_proxy where the address is http).',
]

/** Answers by which a server, or something before it, refuses for good, at a question or at the POST of a push. */
export const httpRefusals: readonly Saying[] = [
  [answered('401|403'), 'authentication'],
  [answered('404|410'), 'not-found'],
  [answered('30[1278]'), 'not-found', movedThere],
  [
    answered('402'),
    'declined',
    'The server wants to be paid: see to the account, or to its plan, there.',
  ],
  [
    answered('413'),
    'declined',
    'It is too large for the server, or for the proxy before it: have its limit raised (client_max_body_size of nginx), push over ssh, or keep large files with git-lfs.',
  ],
  [answered('507'), 'declined', roomThere],
  [answered('422'), 'declined'],
  [
    answered('451'),
    'declined',
    'The law is in the way, as the server says: ask its owner, or set another address with git remote set-url.',
  ],
]
