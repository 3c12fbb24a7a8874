import type { ProblemKind } from '../../src/actors/problem.js'

export const https = 'https://host/x.git'
export const ssh = 'git@host:x.git'
export const disk = '/mnt/backup/x.git'
const tail =
  'fatal: Could not read from remote repository.\n\nPlease make sure you have the rights.\n'

export type Row = readonly [said: string, url: string, kind: ProblemKind]

/** What git says, and what it means. */
export const gitWords: readonly Row[] = [
  ["fatal: unable to access 'https://host/x.git/': Could not resolve host: host", https, 'network'],
  [`ssh: Could not resolve hostname host: Name or service not known\n${tail}`, ssh, 'network'],
  [`ssh: connect to host host port 22: Connection refused\n${tail}`, ssh, 'network'],
  [`ssh: connect to host host port 22: Connection timed out\n${tail}`, ssh, 'timeout'],
  [`ssh: connect to host host port 22: No route to host\n${tail}`, ssh, 'network'],
  [
    "fatal: unable to access 'https://host/x.git/': getpeername() failed with errno 107: Transport endpoint is not connected",
    https,
    'network',
  ],
  ["fatal: unable to access 'https://host/x.git/': words of a newer curl", https, 'network'],
  [
    'fatal: unable to access: Failed to connect to host port 443: Connection refused',
    https,
    'network',
  ],
  ['error: RPC failed; curl 56 Recv failure: Connection reset by peer', https, 'network'],
  ['fatal: the remote end hung up unexpectedly', https, 'network'],
  ['fatal: protocol error: bad line length character: <htm', 'git://host/x.git', 'network'],
  [
    'fetch-pack: protocol error: bad band #84\nfatal: protocol error: bad pack header',
    ssh,
    'network',
  ],
  ['fatal: invalid ls-refs response: e351b74f46cc0dee?', https, 'network'],
  ['fatal: expected flush after ref listing', https, 'network'],
  [
    "fatal: unable to access 'https://host/x.git/': Received HTTP/0.9 when not allowed",
    https,
    'network',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': Malformed encoding found in chunked-encoding",
    https,
    'network',
  ],
  ['fatal: https://host/x.git/info/refs not valid: is this a git repository?', https, 'network'],
  [
    'fatal: unable to update url base from redirection:\n  asked for: https://host/x.git/info/refs',
    https,
    'network',
  ],
  ['fatal: unable to access: The requested URL returned error: 400', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 503', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 500', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 429', https, 'network'],
  ['fatal: unable to access: The requested URL returned error: 403', https, 'authentication'],
  ['fatal: unable to access: The requested URL returned error: 404', https, 'not-found'],
  [`git@host: Permission denied (publickey).\n${tail}`, ssh, 'authentication'],
  [
    `Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures\nDisconnected from 192.0.2.1 port 22\n${tail}`,
    ssh,
    'authentication',
  ],
  [`Permission denied, please try again.\n${tail}`, ssh, 'authentication'],
  [
    "remote: Invalid username or password.\nfatal: Authentication failed for 'https://host/'",
    https,
    'authentication',
  ],
  [
    "fatal: could not read Username for 'https://host': terminal prompts disabled",
    https,
    'authentication',
  ],
  [
    'remote: Permission to a/b.git denied to c.\nfatal: unable to access: 403',
    https,
    'authentication',
  ],
  ['remote: HTTP Basic: Access denied', https, 'authentication'],
  // A key or an account that may read, and not write.
  [
    `ERROR: The key you are authenticating with has been marked as read only.\n${tail}`,
    ssh,
    'authentication',
  ],
  [`ERROR: Write access to repository not granted.\n${tail}`, ssh, 'authentication'],
  [
    `remote: ERROR: This deploy key does not have write access to this project.\n${tail}`,
    ssh,
    'authentication',
  ],
  [`remote: You are not allowed to push code to this project.\n${tail}`, ssh, 'authentication'],
  [
    `Gitea: Unauthorized\nDeploy Key: 5:x is not authorized to write to a/b.\n${tail}`,
    ssh,
    'authentication',
  ],
  [`FATAL: W any a/b ann DENIED by fallthru\n${tail}`, ssh, 'authentication'],
  [`ERROR: This repository was archived so it is read-only.\n${tail}`, ssh, 'declined'],
  [`Host key verification failed.\n${tail}`, ssh, 'host-key'],
  [
    `@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nPermission denied (publickey).\n${tail}`,
    ssh,
    'host-key',
  ],
  [
    'fatal: unable to access: SSL certificate problem: self-signed certificate',
    https,
    'certificate',
  ],
  [
    'fatal: unable to access: server certificate verification failed. CAfile: none',
    https,
    'certificate',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': SSL: certificate subject name (other) does not match target host name 'host'",
    https,
    'certificate',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': Problem with the SSL CA cert (path? access rights?)",
    https,
    'certificate',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': error adding trust anchors from file: /x.pem",
    https,
    'certificate',
  ],
  ["fatal: unable to access '/w/.git/config': Permission denied", https, 'unexpected'],
  ["fatal: repository 'https://host/x.git/' not found", https, 'not-found'],
  [`remote: Repository not found.\n${tail}`, https, 'not-found'],
  [`ERROR: Repository not found.\n${tail}`, ssh, 'not-found'],
  ["fatal: repository '/x/y.git' does not exist", 'https://example.org/y.git', 'not-found'],
  ["git: 'remote-foo' is not a git command. See 'git --help'.", 'foo::bar', 'not-found'],
  ['error: cannot run ssh: No such file or directory\nfatal: unable to fork', ssh, 'not-found'],
  [`sh: 1: ssh: not found\n${tail}`, ssh, 'not-found'],
  // What ssh and curl say of themselves is not about the repository.
  [`ssh: connect to host host port 22: Permission denied\n${tail}`, ssh, 'network'],
  [
    `Could not create directory '/home/a/.ssh' (Read-only file system).\nssh: connect to host host port 22: Connection timed out\n${tail}`,
    ssh,
    'timeout',
  ],
  [
    "fatal: unable to access 'https://host/x.git/': Failed to connect to host port 443: Permission denied",
    https,
    'network',
  ],
  [
    `Load key "/home/a/.ssh/id_rsa": Permission denied\ngit@host: Permission denied (publickey).\n${tail}`,
    ssh,
    'authentication',
  ],
  [`Bad owner or permissions on /home/a/.ssh/config\n${tail}`, ssh, 'authentication'],
  [
    'fatal: remote error: access denied or repository not exported: /x',
    'git://host/x',
    'not-found',
  ],
  [
    `fatal: '/srv/x.git' does not appear to be a git repository\n${tail}`,
    'ssh://host/srv/x.git',
    'not-found',
  ],
  [`fatal: '${disk}' does not appear to be a git repository\n${tail}`, disk, 'network'],
  [`fatal: '${disk}' does not appear to be a git repository\n${tail}`, `file://${disk}`, 'network'],
  [`fatal: 'origin' does not appear to be a git repository\n${tail}`, '', 'not-found'],
  [' ! [remote rejected] main -> main (pre-receive hook declined)', https, 'declined'],
  ['remote: error: GH006: Protected branch update failed for refs/heads/main.', https, 'declined'],
  [' ! [rejected] main -> main (non-fast-forward)', https, 'work-tree-moved'],
  [' ! [rejected] main -> main (fetch first)', https, 'work-tree-moved'],
  [' ! [rejected] main -> main (stale info)', https, 'work-tree-moved'],
  ["fatal: Unable to create '/w/.git/index.lock': File exists.", '', 'locked'],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': is at 1 but expected 2",
    https,
    'work-tree-moved',
  ],
  ['fatal: write error: No space left on device', '', 'disk-full'],
  ['remote: fatal: write error: No space left on device\nfatal: early EOF', https, 'declined'],
  ["error: unable to create file 'a': Permission denied", '', 'unexpected'],
  ["fatal: detected dubious ownership in repository at '/w'", disk, 'not-owner'],
  [`fatal: detected dubious ownership in repository at '${disk}'\n${tail}`, disk, 'authentication'],
  [`fatal: '${disk}/HEAD': Permission denied`, disk, 'authentication'],
  ['fatal: not a git repository (or any of the parent directories): .git', '', 'not-a-repository'],
  ['fatal: empty ident name (for <>) not allowed', '', 'no-identity'],
  ["error: unable to create file 'a': Read-only file system", '', 'unexpected'],
  ["fatal: cannot create directory at 'a/b': File name too long", '', 'unexpected'],
  ['error: unable to read sha1 file of a (0123456)', '', 'unexpected'],
  [
    'remote: fatal: unable to read 0123456789012345678901234567890123456789\nfatal: early EOF',
    https,
    'declined',
  ],
  [
    'error: bad tree object main\nremote: aborting due to possible repository corruption on the remote side.\nfatal: protocol error: bad pack header',
    disk,
    'declined',
  ],
  [
    'remote: aborting due to possible repository corruption on the remote side.\nfatal: write error: No space left on device',
    disk,
    'disk-full',
  ],
  [
    `fatal: loose object 9eb3b47 (stored in ./objects/9e/b3b47) is corrupt\nfatal: the remote end hung up`,
    ssh,
    'declined',
  ],
  ['fatal: something nobody has seen yet', https, 'unexpected'],
]
