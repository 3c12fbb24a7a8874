import { rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { Observable } from 'rxjs'
import type { Place } from './place.js'
import { closeToOthers } from './place.js'

/** Connections at the same time; further ones are turned away. */
const most = 32

/** Milliseconds that whoever is answered has to take the answer. */
const parting = 2_000

/** Says a last line. Whoever does not take it is not waited for. */
export const part = (socket: Socket, line: string): void => {
  const late = setTimeout(() => socket.destroy(), parting)
  socket.once('close', () => {
    clearTimeout(late)
  })
  socket.end(line)
}

/**
 * The connections to a socket of our own, as long as somebody is subscribed: after that it is closed and removed,
 * as it is on every way out of the process but `kill -9`.
 */
export const connections$ = (place: Place, address: string): Observable<Socket> =>
  new Observable<Socket>((subscriber) => {
    const open = new Set<Socket>()
    const remove = (): void => {
      if (place.kind === 'folder') rmSync(address, { force: true })
    }
    // Half open: who has said everything still waits for the answer.
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      // Whoever went away is no trouble of ours.
      socket.on('error', () => socket.destroy())
      subscriber.next(socket)
    })
    server.maxConnections = most
    server.on('error', (error) => {
      subscriber.error(error)
    })
    server.listen(address, () => {
      closeToOthers(place, address)
    })
    process.on('exit', remove)
    return () => {
      process.off('exit', remove)
      server.close()
      remove()
      for (const socket of open) if (!socket.writableEnded) part(socket, '')
    }
  })
