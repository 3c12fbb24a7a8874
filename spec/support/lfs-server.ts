import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

const servers: Server[] = []

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

export interface LfsServer {
  /** For `lfs.url`. */
  readonly url: string
  /** What came with a login, in order. */
  readonly logins: readonly string[]
  /** From now on a download ends, without its end, after so many bytes; null: no more. */
  readonly stallAfter: (bytes: number | null) => void
}

interface Asked {
  readonly operation: 'upload' | 'download'
  readonly objects: readonly { readonly oid: string; readonly size: number }[]
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response
    .writeHead(status, { 'Content-Type': 'application/vnd.git-lfs+json', ...headers })
    .end(JSON.stringify(body))
}

const loginIn = ({ headers }: IncomingMessage): string | null =>
  headers.authorization === undefined
    ? null
    : Buffer.from(headers.authorization.slice('Basic '.length), 'base64').toString()

/** What git-lfs keeps its files on; with a login, only for who gives it. */
export const serveLfs = async (login: string | null = null): Promise<LfsServer> => {
  const kept = new Map<string, Buffer>()
  const logins: string[] = []
  let bound: number | null = null

  const batch = ({ operation, objects }: Asked): unknown => ({
    transfer: 'basic',
    objects: objects.map((one) => ({
      ...one,
      actions: { [operation]: { href: `${url()}/of/${one.oid}` } },
    })),
  })

  const download = (response: ServerResponse, content: Buffer): void => {
    response.writeHead(200, { 'Content-Length': String(content.length) })
    if (bound === null) response.end(content)
    else response.write(content.subarray(0, bound))
  }

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const given = loginIn(request)
    if (given !== null) logins.push(given)
    const [, oid = ''] = /\/of\/(\w+)$/.exec(request.url ?? '') ?? []
    const content = kept.get(oid)
    if (login !== null && given !== login)
      json(response, 401, { message: 'no' }, { 'WWW-Authenticate': 'Basic realm="here"' })
    else if (request.url?.endsWith('/objects/batch') === true)
      json(response, 200, batch(JSON.parse(body.toString()) as Asked))
    else if (request.method === 'PUT') {
      kept.set(oid, body)
      response.writeHead(200).end()
    } else if (content === undefined) json(response, 404, {})
    else download(response, content)
  }

  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      answer(request, response, Buffer.concat(pieces))
    })
  })
  const url = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: url(),
    logins,
    stallAfter: (bytes) => {
      bound = bytes
    },
  }
}
