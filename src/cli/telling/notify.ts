import { execFile } from 'node:child_process'

/** Tells whoever started the program how it is; systemd, if it wants to know. */
export interface Notifier {
  readonly ready: (status: string) => void
  readonly stopping: () => void
}

/** Milliseconds; longer than systemd-notify waits to be heard. */
const patience = 10_000

const silent: Notifier = { ready: () => undefined, stopping: () => undefined }

/**
 * Node has no sockets of datagrams in the file system, so the program systemd-notify says it. What is started from here
 * is not to speak for us: the address is taken out of the environment.
 */
export const openNotifier = (onTrouble: (message: string) => void): Notifier => {
  const socket = process.env.NOTIFY_SOCKET ?? ''
  Reflect.deleteProperty(process.env, 'NOTIFY_SOCKET')
  if (socket === '') return silent
  const say = (...words: readonly string[]): void => {
    const env = { ...process.env, NOTIFY_SOCKET: socket }
    execFile('systemd-notify', words, { env, timeout: patience }, (error) => {
      if (error !== null) onTrouble(`systemd cannot be told: ${error.message.trim()}`)
    })
  }
  return {
    ready: (status) => {
      say('READY=1', `STATUS=${status}`)
    },
    stopping: () => {
      say('STOPPING=1')
    },
  }
}
