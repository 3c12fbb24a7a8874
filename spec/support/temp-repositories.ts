import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/**
 * Temporary repositories that the user's and the machine's git configuration cannot reach. libgit2 reads HOME
 * when it is loaded, so this module must be the first import of a spec.
 */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'gitsync-spec-')))
// An unprivileged process of a test must be able to pass.
chmodSync(root, 0o711)
const home = join(root, 'home')
mkdirSync(home)
const runtime = join(root, 'runtime')
mkdirSync(runtime, { mode: 0o700 })

for (const name of Object.keys(process.env))
  if (name.startsWith('GIT_') || name === 'EMAIL') Reflect.deleteProperty(process.env, name)

/** What isolates a child process too. */
const isolation = {
  HOME: home,
  XDG_CONFIG_HOME: join(home, '.config'),
  XDG_RUNTIME_DIR: runtime,
  GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  GIT_CONFIG_NOSYSTEM: '1',
}
Object.assign(process.env, isolation)
writeFileSync(
  isolation.GIT_CONFIG_GLOBAL,
  '[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n',
)

/** Lets go of folders that were made unreadable, so that they can be removed. */
const unlock = (folder: string): void => {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), entry])
    if (lstatSync(path).isDirectory()) unlock(path.toString('latin1'))
  }
}

afterAll(() => {
  try {
    rmSync(root, { recursive: true, force: true })
  } catch {
    unlock(root)
    rmSync(root, { recursive: true, force: true })
  }
})

/** An empty folder, removed after the spec file. */
export const temporaryFolder = (): string => mkdtempSync(join(root, 'folder-'))

interface GitOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string | Buffer
}

const environmentOf = ({ env }: GitOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  // A status that refreshed the index would look like somebody else's work on it.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
  ...env,
})

/** Bytes of standard output that a git command may fill. */
const outputBound = 256 * 1024 * 1024

/** Runs git and gives its standard output. Throws with git's words where it fails. */
export const gitBytes = (cwd: string, args: readonly string[], options: GitOptions = {}): Buffer =>
  execFileSync('git', args, {
    cwd,
    env: environmentOf(options),
    input: options.input ?? '',
    maxBuffer: outputBound,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

/** The same as text, less the last line feed. */
export const git = (cwd: string, args: readonly string[], options: GitOptions = {}): string =>
  gitBytes(cwd, args, options).toString().replace(/\n$/, '')

/** Runs git, whatever comes of it. */
export const tryGit = (
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): { readonly code: number | null; readonly text: string } => {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd,
    env: environmentOf(options),
    input: options.input ?? '',
    maxBuffer: outputBound,
  })
  return { code: status, text: `${stdout.toString()}${stderr.toString()}` }
}

/** Files by path; a folder is made for each where there is none. */
export const writeFiles = (dir: string, files: Readonly<Record<string, string | Buffer>>): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
}

/** Says who commits, in the repository's own configuration. */
export const identify = (dir: string): void => {
  git(dir, ['config', 'user.name', 'Ada Writer'])
  git(dir, ['config', 'user.email', 'ada@example.org'])
}

/** An empty repository on the unborn branch `main`, with somebody who commits. */
export const temporaryRepository = (dir: string = temporaryFolder()): string => {
  git(dir, ['init', '--quiet'])
  identify(dir)
  return dir
}

/** A repository whose first commit holds these files. */
export const committedRepository = (files: Readonly<Record<string, string | Buffer>>): string => {
  const dir = temporaryRepository()
  writeFiles(dir, files)
  commitAll(dir, 'First')
  return dir
}

/** What a person would do: `git add -A && git commit`. */
export const commitAll = (dir: string, message: string): string => {
  git(dir, ['add', '-A'])
  git(dir, ['commit', '--quiet', '--allow-empty', '-m', message])
  return git(dir, ['rev-parse', 'HEAD'])
}

/** A bare repository to push to. */
export const bareRemote = (): string => {
  const dir = temporaryFolder()
  git(dir, ['init', '--quiet', '--bare'])
  return dir
}

/** A clone with somebody who commits. */
export const cloneOf = (remote: string): string => {
  const dir = temporaryFolder()
  git(dir, ['clone', '--quiet', remote, '.'])
  identify(dir)
  return dir
}

/** A tree: its name, and what is in it as `MODE TYPE OID\tPATH`, one character a byte, so that a difference can be read. */
export interface Tree {
  readonly oid: string
  readonly entries: readonly string[]
}

/** The tree of a revision. */
export const treeOf = (dir: string, revision = 'HEAD'): Tree => ({
  oid: git(dir, ['rev-parse', `${revision}^{tree}`]),
  entries: execFileSync('git', ['ls-tree', '-r', '-z', '--full-tree', revision], {
    cwd: dir,
    maxBuffer: outputBound,
  })
    .toString('latin1')
    .split('\0')
    .filter((entry) => entry !== ''),
})

/**
 * The tree that git itself would commit: `git add -A && git write-tree` in a copy of the work tree.
 * `without` are paths that git would refuse or record otherwise; they are removed from the copy.
 */
export const oracleTree = (dir: string, without: readonly (string | Buffer)[] = []): Tree => {
  const copy = temporaryFolder()
  execFileSync('cp', ['-a', `${dir}/.`, copy])
  rmSync(join(copy, '.git', 'index.lock'), { force: true })
  for (const path of without)
    rmSync(Buffer.concat([Buffer.from(`${copy}/`), Buffer.from(path)]), {
      recursive: true,
      force: true,
    })
  git(copy, ['add', '-A'])
  const tree = treeOf(copy, git(copy, ['write-tree']))
  rmSync(copy, { recursive: true, force: true })
  return tree
}
