import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll } from 'vitest'

/** Milliseconds that a piece of what passes takes at least. */
const every = 100

const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close()
})

const trickle = async (from: Socket, to: Socket, size: number): Promise<void> => {
  for await (const bytes of from) {
    const whole = bytes as Buffer
    for (let start = 0; start < whole.length; start += size) {
      const some = whole.subarray(start, start + size)
      to.write(some)
      await sleep((every * some.length) / size)
    }
  }
  to.end()
}

/** A line that is slow, one way and the other, and never still. @param rate bytes a second @returns its port */
export const slowLineTo = async (target: number, rate: number): Promise<number> => {
  const size = (rate * every) / 1000
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) socket.on('error', () => undefined)
    void trickle(near, far, size).catch(() => far.destroy())
    void trickle(far, near, size).catch(() => near.destroy())
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
