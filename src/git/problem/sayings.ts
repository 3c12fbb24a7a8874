import { httpRefusals, movedThere, proxySaying } from './http-sayings.js'
import type { Saying } from './saying.js'
import { serverSayings } from './server-sayings.js'
import type { Voices } from './voices.js'

export const permission = 'Give yourself the right to read and write it.'
export const readOnly =
  'Mount it read-write; if it became read-only by itself, look after the disk (fsck).'
export const tooLong =
  'Shorten the name that is meant, or keep the work tree in a folder with a shorter path.'
const noSuchName =
  'The disk of the work tree takes no such name, it seems: rename the file on a machine that has it, or move the work tree to another disk.'
export const damagedThere =
  'The owner of the remote repairs it (git fsck there), or makes it anew from a clone that has everything.'
export const damagedHere =
  'Objects here, or in a remote on this machine, are damaged or missing: git fsck names them; bring them from another clone, or clone anew and move your files over.'
/** What libssh2 says where the line broke while it signed in, which libgit2 takes for a refusal of the server's. */
export const brokenSignIn =
  /Failed getting response|Unable to send|Waiting for USERAUTH response|Socket (?:disconnect|error)/i
const splitIndex =
  'The index is a split index, which gitsync cannot read. Make it whole, and have git leave it so: git config core.splitIndex false && git update-index --no-split-index'
const sparseIndex =
  'The index is a sparse index, which gitsync cannot read. Make it whole: git sparse-checkout disable'
const readsOnly =
  'The key or the account may read there, and not write: have it given that right, use another one, or set push to false.'
/** libgit2 does not read on once it cannot send, as before a server that refuses what is too large half-way. */
const brokenOff =
  'It is tried again. Where each push ends so, the server may refuse what is too large: the git program tells its answer, where git is installed and transport is auto or git.'
/** git takes an answer that is none of a git server for a folder of files, and a push to one for WebDAV. */
const noGitServer =
  'What answers there is no git server: the page of a network that wants you to sign in first, or another address than was meant (git remote set-url). It is tried again.'
const integrateFirst = 'Fetch and integrate what the remote has; the next pass does.'

/** Said by this machine: what the server said is not searched for these. */
const ourSayings: readonly Saying[] = [
  [/No space left on device|Disk quota exceeded|not enough (?:disk )?space/i, 'disk-full'],
  [/dubious ownership|not owned by current user/i, 'not-owner'],
  [/: Permission denied$|insufficient permission for adding/im, 'unexpected', permission],
  [/Read-only file system/i, 'unexpected', readOnly],
  [/File name too long/i, 'unexpected', tooLong],
  [
    /could not open '[^\n]*\/rendered\/[^\n]*' for writing|unable to create file [^\n]*: Invalid argument/,
    'unexpected',
    noSuchName,
  ],
  [
    /cannot lock ref [^\n]* but expected|reference (?:with that name )?already exists/i,
    'work-tree-moved',
  ],
  [/could not find '[^'\n]*' to (?:open|stat)|error reading file for hashing/i, 'work-tree-moved'],
  [/\.lock': File exists|Another git process seems|is locked|failed to lock/i, 'locked'],
  [/not a git repository/i, 'not-a-repository'],
  [/mandatory extension: 'link'/, 'unexpected', splitIndex],
  [/mandatory extension: 'sdir'/, 'unexpected', sparseIndex],
  [/tell me who you are|empty ident name|unable to auto-detect email/i, 'no-identity'],
]

/** Said by the server, or on the way to it; the first that fits. */
const theirSayings: readonly Saying[] = [
  [/cannot run (?:ssh|[^\n]*\/ssh)\b|: ssh: (?:command )?not found/i, 'not-found', 'Install ssh.'],
  [
    /^Load key [^\n]*: Permission denied$|^Bad owner or permissions on /im,
    'authentication',
    'Make the file that is named your own, and readable by you alone.',
  ],
  [
    /corruption on the remote side| (?:\(stored in|object file|index file|file) \.\/objects\/|^remote: [^\n]*(?:unable to read [0-9a-f]{7}|(?:bad|missing) (?:tree|blob|commit) )/im,
    'declined',
    damagedThere,
  ],
  [
    /Host key verification failed|HOST IDENTIFICATION HAS CHANGED|host key is known|matching host key|hostkey/i,
    'host-key',
  ],
  [
    /^(?!remote:)[^\n]*(?:certificate (?:verif|problem|subject|is|file)|SSL certificate|SSL CA cert|trust anchors|CAfile)/im,
    'certificate',
  ],
  [
    /\[remote rejected\]|hook declined|protected branch|GH00\d:|repository was archived/i,
    'declined',
  ],
  [
    /marked as read.only|write access to [^\n]*not granted|not have write access|not allowed to push|not authorized to write| DENIED by /i,
    'authentication',
    readsOnly,
  ],
  [/non-fast-?forward|fetch first|stale info/i, 'work-tree-moved', integrateFirst],
  proxySaying,
  [
    /Permission denied(?: \(|,)|Too many authentication failures|Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|Invalid username or|Basic: Access denied|authentication (?:required|replays)|rejected authentication|Authorization error|authenticate/i,
    'authentication',
  ],
  ...httpRefusals,
  [/Permission to \S+ denied/i, 'authentication'],
  [
    /(?:repository|project) [^\n]*not (?:be )?found|could not be found|does not appear to be a git repository|not exported|No such remote|(?:remote|repository) '[^'\n]*' does not exist/i,
    'not-found',
  ],
  [/timed out|timeout|too slow/i, 'timeout'],
  [
    /could not resolve|failed to (?:connect|resolve)|couldn'?t connect|unable to connect|not known|name resolution/i,
    'network',
  ],
  [/^error (?:receiving|sending) data [^\n]*(?:Broken pipe|reset)/im, 'network', brokenOff],
  [
    /Connection (?:refused|reset|closed|abort)|unreachable|No route to host|Broken pipe|Empty reply|Recv failure|Send failure|kex_exchange|SSL_|gnutls/i,
    'network',
  ],
  [
    /early EOF|unexpected (?:disconnect|EOF)|end of file|hung up|RPC failed|(?:status code|returned error): (?:400|408|429|5\d\d)|Could not read from remote/i,
    'network',
  ],
  [
    /unsupported URL protocol/i,
    'not-found',
    'libgit2 knows no such address: install git, which may, and let transport be auto or git.',
  ],
  [/unexpected redirect|cannot redirect from/i, 'not-found', movedThere],
  [/no DAV locking support|git-http-push failed|invalid content-type/i, 'network', noGitServer],
  // Other bytes than the server sent: a bad line, or the page of a network that wants a person to sign in first.
  [
    /protocol error:|bad (?:line length|band|pack header)|invalid ls-refs response|expected flush after|Malformed encoding|HTTP\/0\.9|not valid: is this a git repository|update url base from redirection/i,
    'network',
  ],
  [
    /^object not found - |invalid object specified - |unable to read (?:tree|sha1 file|[0-9a-f]{7})|(?:bad|missing) (?:tree|blob|commit) |object file [^\n]* is empty|object [^\n]* is corrupt|^fatal: bad object |file [^\n]* is (?:far too short to be a packfile|too small$)/im,
    'unexpected',
    damagedHere,
  ],
  // The words of curl and ssh for a connection that failed are many, and depend on the moment at which it failed.
  [/unable to access '|^ssh: connect to host |Transport endpoint is not connected/im, 'network'],
]

/** The first that fits; what this machine says goes before what the server says, in its own words before git's. */
export const sayingIn = (text: string, { ours, servers }: Voices): Saying | undefined =>
  ourSayings.find(([says]) => says.test(ours)) ??
  serverSayings.find(([says]) => says.test(servers)) ??
  theirSayings.find(([says]) => says.test(text))
