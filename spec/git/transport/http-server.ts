import { execFileSync, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const servers: { close(): unknown }[] = []
const sockets = new Set<Socket>()

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers) server.close()
})

const backend = join(execFileSync('git', ['--exec-path']).toString().trim(), 'git-http-backend')

const portOf = (server: Pick<Server, 'address'>): number => (server.address() as AddressInfo).port

/** Where a question is answered, and what is sent is not. */
const posted = /^\/post\/(\d+)/

/** Git's own CGI program: what a web server does for it. */
const runBackend = (root: string, request: IncomingMessage, response: ServerResponse): void => {
  const url = new URL((request.url ?? '/').replace(posted, ''), 'http://host')
  const cgi = spawn(backend, [], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_USER: 'bob',
      REMOTE_ADDR: '127.0.0.1',
    },
  })
  cgi.stdin.on('error', () => undefined)
  request.pipe(cgi.stdin)
  const pieces: Buffer[] = []
  cgi.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  cgi.on('close', () => {
    const answer = Buffer.concat(pieces)
    const end = answer.indexOf('\r\n\r\n')
    const headers = answer.subarray(0, end).toString().split('\r\n')
    const status = /^Status: (\d+)/m.exec(headers.join('\n'))?.[1] ?? '200'
    for (const header of headers.filter((line) => !line.startsWith('Status:'))) {
      const [name = '', value = ''] = header.split(': ')
      response.setHeader(name, value)
    }
    response.writeHead(Number(status)).end(answer.subarray(end + 4))
  })
}

/** After all of what was sent is there: the line would break for who is still sending. */
const answerWith = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers = {},
): void => {
  request.resume().on('end', () => {
    response.writeHead(status, { 'Content-Type': 'text/plain', ...headers }).end('no')
  })
}

/** What a server shows of itself, in PEM. */
export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
}

/** Serves the repositories below `root`; paths under /status/N answer N, under /post/N what is sent; with a login, only to who gives it. */
export const serveHttp = async (
  root: string,
  login: string | null = null,
  certificate: Certificate | null = null,
): Promise<number> => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = request.method === 'POST' ? posted.exec(request.url ?? '') : null
    const status = (/^\/status\/(\d+)/.exec(request.url ?? '') ?? refused)?.[1]
    const given = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64')
    if (status !== undefined) answerWith(request, response, Number(status))
    else if (login !== null && given.toString() !== login)
      answerWith(request, response, 401, { 'WWW-Authenticate': 'Basic realm="here"' })
    else runBackend(root, request, response)
  }
  const server =
    certificate === null ? createServer(answer) : createTlsServer({ ...certificate }, answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}

/** Accepts everybody and never says a word. */
export const serveNothing = async (): Promise<number> => {
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server)
}
