import { expect, it } from 'vitest'
import { placeOf } from '../../../src/git/transport/ssh/host-key-place.js'

const options = new Map([
  ['hostname', ['example.org']],
  ['hostkeyalias', ['al']],
])

const commandFor = (users: string): string | null | undefined =>
  placeOf(options, users, { host: 'al', port: 2222, user: 'root' })?.connect

/** A person is to answer, and nobody is to read their password. */
it.each([
  'ssh',
  'ssh -oBatchMode=yes',
  'sshpass -p SECRET ssh',
  "/usr/bin/sshpass -v -p 'SE CRET' ssh -o BatchMode=yes",
  'sshpass -pSECRET ssh',
  'sshpass -e ssh',
  'sshpass -f /run/SECRET ssh',
])('what makes a host known by hand is ssh itself where git runs %s', (users) => {
  expect(commandFor(users)).toBe('ssh -oStrictHostKeyChecking=ask -p 2222 root@al exit')
})
