import { createServer, createConnection } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Which way the bytes go: to the server, or back from it. */
export type Way = 'up' | 'down'

/** What happens to a connection; `at` is the number of bytes that go through that way before it does. */
export type Fault =
  | { readonly kind: 'none' }
  /** Nobody listens. */
  | { readonly kind: 'refuse' }
  /** Each piece comes later by so many milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Both ends are reset. */
  | { readonly kind: 'cut'; readonly way: Way; readonly at: number }
  /** Nothing goes that way any more, and nobody is told. */
  | { readonly kind: 'stall'; readonly way: Way; readonly at: number }
  /** From there on other bytes come than were sent. */
  | { readonly kind: 'garbage'; readonly way: Way; readonly at: number }
  /** The server's end is gone, and the client is never told. */
  | { readonly kind: 'half-open'; readonly at: number }

export interface FaultyProxy {
  readonly port: number
  /** For the connections that come from now on. */
  set(fault: Fault): void
  /** Bytes that went through since the last `set`, all connections together. */
  readonly passed: Readonly<Record<Way, number>>
  close(): void
}

/** The same bytes as noise: each is another one. */
const spoil = (piece: Buffer): Buffer =>
  Buffer.from(piece.map((byte, n) => byte ^ (0x55 + (n % 7))))

/** Between a client and a server on this machine; does to what goes through what a bad network does. */
export const startFaultyProxy = async (target: number): Promise<FaultyProxy> => {
  let fault: Fault = { kind: 'none' }
  const passed = { up: 0, down: 0 }
  const sockets = new Set<Socket>()

  const join = (client: Socket, server: Socket, bad: Fault): void => {
    const reset = (): void => {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    let silenced = false
    const carry = (way: Way, from: Socket, to: Socket): void => {
      let seen = 0
      let last: Promise<unknown> = Promise.resolve()
      const send = (piece: Buffer): void => {
        passed[way] += piece.length
        if (!to.destroyed) to.write(piece)
      }
      const hit = (piece: Buffer): void => {
        const begin = seen
        seen += piece.length
        const isHere = 'at' in bad && (bad.kind === 'half-open' ? way === 'down' : bad.way === way)
        if (!isHere || seen <= bad.at) {
          send(piece)
          return
        }
        const good = piece.subarray(0, Math.max(0, bad.at - begin))
        if (good.length > 0) send(good)
        switch (bad.kind) {
          case 'garbage':
            send(spoil(piece.subarray(good.length)))
            return
          case 'cut':
            // What is on its way gets there first.
            setImmediate(reset)
            return
          case 'half-open':
            silenced = true
            server.resetAndDestroy()
            return
          case 'stall':
            silenced = true
            return
          default:
            bad satisfies never
        }
      }
      from.on('data', (piece: Buffer) => {
        if (silenced && bad.kind === 'half-open') return
        if (bad.kind !== 'delay') hit(piece)
        else
          last = last.then(async () => {
            await sleep(bad.ms)
            hit(piece)
          })
      })
      from.on('end', () => {
        last = last.then(() => {
          if (!silenced) to.end()
        })
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        last = last.then(() => {
          if (!silenced || from === client) to.destroy()
        })
      })
    }
    carry('up', client, server)
    carry('down', server, client)
  }

  const accept = (client: Socket): void => {
    client.on('error', () => undefined)
    sockets.add(client)
    if (fault.kind === 'refuse') {
      client.resetAndDestroy()
      return
    }
    const server = createConnection(target, '127.0.0.1')
    sockets.add(server)
    join(client, server, fault)
  }
  const proxy: Server = createServer(accept)
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return {
    port: (proxy.address() as AddressInfo).port,
    set: (next) => {
      fault = next
      passed.up = 0
      passed.down = 0
    },
    passed,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
