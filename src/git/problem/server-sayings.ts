import { roomThere } from '../../actors/problem.js'
import type { Saying } from './saying.js'

const rightThere =
  'Its owner gives the account that signs in the right to read and write the repository there.'

/** Words that count only where the server says them: from this machine they mean something else, or nothing. */
export const serverSayings: readonly Saying[] = [
  [
    /\b(?:is|was|been|an) archived\b/i,
    'declined',
    'It is archived and takes nothing any more: have it unarchived there, or set push to false.',
  ],
  [
    /No space left on device|not enough (?:disk )?space|insufficient (?:server )?storage|over its (?:\w+ )?quota|exceed(?:s|ed|ing)? (?:[\w’']+ )*(?:allocated storage|(?:size|storage) limit|quota)|(?:quota|(?:storage|bandwidth|size) limit) (?:\w+ )?exceeded/i,
    'declined',
    roomThere,
  ],
  [
    /account (?:is|was|has been) (?:suspended|blocked|disabled|deactivated)/i,
    'authentication',
    'See to the account at the server, or use another one.',
  ],
  [
    /access (?:to [^\n]*)?(?:is |was |has been )?blocked/i,
    'declined',
    'Its owner asks the server why it is blocked.',
  ],
  [/^(?:unauthorized|access denied)\.?$|repository access denied/im, 'authentication'],
  [
    /dubious ownership|not owned by current user/i,
    'authentication',
    'Its owner makes the account that signs in the owner of the repository there, or adds it to git’s safe.directory there.',
  ],
  [/not a git repository/i, 'not-found'],
  [/insufficient permission for adding/i, 'declined', rightThere],
  [/: Permission denied$/im, 'authentication', rightThere],
  [
    /Read-only file system|(?<!marked as )\bread-only\b/i,
    'declined',
    'It takes no changes: wait until it does, or ask its owner.',
  ],
  [/unprocessable entity/i, 'declined'],
]
