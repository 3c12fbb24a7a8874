import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { plainWord } from '../../../shell-word.js'

export type HostKeyState = 'unknown' | 'changed' | 'revoked' | 'unclear'

/** A host as known_hosts calls it. */
const bracketed = /^\[([^\]]+)\]:(\d+)$/

const scan = (name: string, file: string): string => {
  const [, host = name, port = '22'] = bracketed.exec(name) ?? []
  const folder = dirname(file)
  const make = existsSync(folder) ? '' : `mkdir -p ${plainWord(folder)} && `
  return `${make}ssh-keyscan${port === '22' ? '' : ` -p ${port}`} ${plainWord(host)} >> ${plainWord(file)}`
}

const forget = (name: string, file: string): string =>
  `ssh-keygen -f ${plainWord(file)} -R ${plainWord(name)}`

const compare = (name: string, file: string): string =>
  `compare its fingerprint (ssh-keygen -l -F ${plainWord(name)} -f ${plainWord(file)}) with what the server’s owner publishes`

/** A host whose key is to become known. */
export interface HostKeyPlace {
  /** As known_hosts calls it. */
  readonly name: string
  /** Where its key is to be kept. */
  readonly file: string
  /** What connects to it and asks, where ssh-keyscan cannot get at it or would give it another name; else null. */
  readonly connect: string | null
}

/** The line that makes a key known, and how to be sure of it. */
const learn = ({ name, file, connect }: HostKeyPlace, comma = ''): string =>
  connect === null
    ? `run ${scan(name, file)}${comma} and ${compare(name, file)}`
    : `run ${connect}${comma} and answer yes if the fingerprint that it shows is what the server’s owner publishes`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The lines to type. */
export const hostKeyRemedy = (place: HostKeyPlace, state: HostKeyState): string => {
  const { name, file } = place
  switch (state) {
    case 'unknown':
      return `${capital(learn(place))}.`
    case 'changed':
      return `If its owner changed the key, run ${forget(name, file)}, then ${learn(place, ',')}; else somebody may be in between.`
    case 'revoked':
      return `Do not connect: the key was revoked. Once the server has a new one, ${learn(place)}.`
    case 'unclear':
      return `Where it changed, run ${forget(name, file)} first. Then, or where it is unknown, ${learn(place, ',')}.`
    default:
      return state satisfies never
  }
}
