import { describe, expect, it } from 'vitest'
import { problemOfTalk } from '../../../src/git/problem/problem.js'
import { disk, gitWords, https } from '../../support/git-words.js'
import type { Row } from '../../support/git-words.js'

/** Of this machine, whatever it was that met them: they are no outage. What is damaged stops the talk alone. */
const localWords: readonly Row[] = [
  ['fatal: write error: No space left on device', https, 'disk-full'],
  ["error: unable to create file 'a': Read-only file system", https, 'unexpected'],
  [
    'error: insufficient permission for adding an object to repository database .git/objects\nfatal: failed to write object\nfatal: unpack-objects failed',
    https,
    'unexpected',
  ],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': Unable to create '/w/.git/refs/remotes/origin/main.lock': Permission denied\n ! 653f6fa..f0d74cf  main -> origin/main  (unable to update local ref)",
    https,
    'unexpected',
  ],
  [
    'fatal: loose object 3368f2a17dc7f3d7ceb07fff8993559010859913 (stored in .git/objects/33/68f2a17) is corrupt',
    https,
    'declined',
  ],
  [
    'fatal: bad object refs/heads/main\nerror: /x.git did not send all necessary objects',
    disk,
    'declined',
  ],
  ['fatal: bad object 2616daf822bfee9b922d0a6d49fdc852d9be3c60', https, 'declined'],
  ['error: index file .git/objects/pack/pack-20.idx is too small', https, 'declined'],
  ["fatal: Unable to create '/w/.git/shallow.lock': File exists.", https, 'locked'],
]

describe('problemOfTalk', () => {
  it.each([...localWords, ...gitWords.slice(0, -1)])('reads %j at %j as %s', (said, url, kind) => {
    expect(problemOfTalk(said, 128, url).kind).toBe(kind)
  })

  it.each([
    'fatal: something nobody has seen yet',
    'fatal: pack has bad object at offset 12: inflate returned -3\nfatal: fetch-pack: invalid index-pack output',
    '',
  ])('takes %j for an outage, which stops no commit, and sends to its words', (said) => {
    const problem = problemOfTalk(said, 128, https)
    expect(problem.kind).toBe('network')
    expect(problem.remedy).toMatch(/message.*tried again/)
  })

  it.each([
    [
      'gcrypt',
      'gcrypt::/x',
      /^git-remote-gcrypt is not installed/,
      /apt install git-remote-gcrypt/,
    ],
    ['https', https, /^git-remote-https is not installed/, /package.* git/],
    ['odd', 'odd::/x', /^git-remote-odd is not installed/, /PATH/],
  ])('says that git-remote-%s is missing and how it comes', (name, url, message, remedy) => {
    const said = `git: 'remote-${name}' is not a git command. See 'git --help'.\n\nThe most similar command is\n\tremote-ftp`
    const problem = problemOfTalk(said, 128, url)
    expect(problem.kind).toBe('not-found')
    expect(problem.message).toMatch(message)
    expect(problem.remedy).toMatch(remedy)
  })
})
