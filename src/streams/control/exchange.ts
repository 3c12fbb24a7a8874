import { createConnection } from 'node:net'
import { Observable, map } from 'rxjs'
import { firstLine } from './first-line.js'
import type { ControlAnswer, ControlRequest } from './protocol.js'
import { lineOf, parseAnswer } from './protocol.js'
import { codeOf } from '../system-error.js'

/** One line there, one line back. An error where nobody listens, or where the answer does not come. */
export const exchange = (address: string, request: ControlRequest): Observable<ControlAnswer> =>
  new Observable<Uint8Array>((subscriber) => {
    const socket = createConnection(address, () => socket.write(lineOf(request)))
    socket.on('data', (bytes) => {
      subscriber.next(bytes)
    })
    socket.on('end', () => {
      subscriber.complete()
    })
    socket.on('error', (error) => {
      subscriber.error(error)
    })
    return () => socket.destroy()
  }).pipe(
    firstLine(Number.POSITIVE_INFINITY),
    map((line) => {
      if (line === '') throw new Error('it ended before it answered')
      return parseAnswer(line)
    }),
  )

/** Whether nobody listens there any more. */
export const isForsaken = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')
