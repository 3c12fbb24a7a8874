import { describe, expect, it } from 'vitest'
import type { ProblemKind } from '../../../src/actors/problem.js'
import { problemOf, problemOfTalk } from '../../../src/git/problem/problem.js'
import { https } from '../../support/git-words.js'

/** As git says it of the POST of a push. */
const posted = (status: number): string =>
  `error: RPC failed; HTTP ${String(status)} curl 22 The requested URL returned error: ${String(status)}
send-pack: unexpected disconnect while reading sideband packet
fatal: the remote end hung up unexpectedly`

const asked = (status: number): string =>
  `fatal: unable to access '${https}/': The requested URL returned error: ${String(status)}`

const libgit2 = (status: number): Error =>
  Object.assign(new Error(`unexpected http status code: ${String(status)}`), { errno: -1 })

const answers: readonly (readonly [number, ProblemKind, RegExp])[] = [
  [302, 'not-found', /set-url/],
  [307, 'not-found', /set-url/],
  [401, 'authentication', /credentials/],
  [402, 'declined', /paid/],
  [403, 'authentication', /credentials/],
  [404, 'not-found', /set-url/],
  [407, 'authentication', /http\.proxy.*https_proxy/],
  [413, 'declined', /too large/],
  [422, 'declined', /rules/],
  [451, 'declined', /law/],
  [507, 'declined', /space where the remote is/],
  [400, 'network', /tried again/],
  [408, 'network', /tried again/],
  [429, 'network', /tried again/],
  [500, 'network', /tried again/],
  [503, 'network', /tried again/],
  [509, 'network', /tried again/],
]

describe('the status that a server answers with', () => {
  it.each(answers)(
    'means for %i the same at a question and at a push: %s',
    (status, kind, remedy) => {
      for (const problem of [
        problemOfTalk(posted(status), 1, https),
        problemOfTalk(`remote: words of the server\n${asked(status)}`, 128, https),
        problemOf(libgit2(status), https),
      ]) {
        expect(problem.kind, problem.message).toBe(kind)
        expect(problem.remedy).toMatch(remedy)
      }
    },
  )

  it.each([
    'Received HTTP code 407 from proxy after CONNECT',
    'CONNECT tunnel failed, response 407',
    'The requested URL returned error: 407 Proxy Authentication Required',
  ])('is the proxy’s where it says %j', (said) => {
    const problem = problemOfTalk(`fatal: unable to access '${https}/': ${said}`, 128, https)
    expect(problem.kind).toBe('authentication')
    expect(problem.remedy).toMatch(/for the proxy.*http\.proxy.*https_proxy/)
  })

  it('goes on being an outage where the proxy cannot reach the server', () => {
    const said = `fatal: unable to access '${https}/': CONNECT tunnel failed, response 502`
    expect(problemOfTalk(said, 128, https).kind).toBe('network')
  })

  it('says of a server that is out of order that it is tried again, whatever stands beside it', () => {
    const said = `remote: We are read-only for an hour.\n${asked(503)}`
    expect(problemOfTalk(said, 128, https).kind).toBe('network')
  })

  it('gives way to the server’s reason where a rule of its own refuses', () => {
    const said = `remote: You can't push code to an archived project.\n${asked(403)}`
    expect(problemOfTalk(said, 128, https)).toMatchObject({ kind: 'declined', message: said })
  })
})
