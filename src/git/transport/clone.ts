import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { flush, flushTree } from '../files/flush.js'
import { hasCode } from '../problem/error-code.js'
import type { Oid } from '../../actors/outcome.js'
import type { TransferProgress } from '../../actors/ports.js'
import { gitOutput, printedBy } from '../program/git-output.js'
import type { GitRun } from '../program/git-program.js'
import { durably, runGit, withoutHooks, withoutMaintenance } from '../program/git-program.js'
import { withFewSignIns } from '../program/refused-sign-in.js'
import { failure } from '../problem/problem.js'
import { openRepository } from '../repository.js'
import { givenUp } from './git-talk.js'
import { progressIn } from './transfer-progress.js'
import { redirecting, redirectsFrom } from './remote/remote-config.js'
import type { Address } from './remote/remote-look.js'
import { addressEnv, addressFailure } from './remote/remote-look.js'
import { withoutPassword } from './remote/url-credentials.js'
import { isRunning } from '../lock/is-running.js'
import { shellWord } from '../../shell-word.js'

export interface Clone {
  readonly address: Address
  /** Absent, or an empty folder. */
  readonly path: string
  /** Null: the one that the remote's HEAD is on. */
  readonly branch: string | null
  /** Which of the remote's it is to be where its HEAD is on none of them; null leaves it to git. Throws to clone none. */
  readonly choose: (branches: ReadonlyMap<string, Oid>) => string | null
  readonly onProgress?: ((progress: TransferProgress | null) => void) | undefined
}

const mark = '.gitsync-clone-'

/** What a clone to the same place that was killed has left beside it. */
const removeLeftovers = async (path: string): Promise<void> => {
  const prefix = `.${basename(path)}${mark}`
  const names = await readdir(dirname(path))
  const dead = names.filter(
    (name) => name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length))),
  )
  await Promise.all(
    dead.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })),
  )
}

/** A password is not among git's arguments; afterwards it is where git would have put it. */
const rememberAddress = async (workTree: string, url: string): Promise<void> => {
  const { git } = await openRepository(workTree)
  const [remote = 'origin'] = await git.getRemoteNames()
  await (await git.config()).setString(`remote.${remote}.url`, url)
}

/** Left as it is, the first commit here would be on a branch that nobody else is on. */
const checkOutChosen = async (
  workTree: string,
  choose: Clone['choose'],
  run: Omit<GitRun, 'cwd'>,
): Promise<void> => {
  const head = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: workTree })
  if (head.code === 0) return
  const format = '--format=%(objectname) %(refname:lstrip=3)'
  const listed = await gitOutput(workTree, ['for-each-ref', format, 'refs/remotes'])
  const branch = choose(
    new Map(
      Array.from(listed.toString().matchAll(/^(\S+) (.+)$/gm), ([, oid = '', name = '']) => [
        name,
        oid,
      ]),
    ),
  )
  if (branch === null) return
  const words = [...withoutHooks, ...durably, 'switch', '--quiet', '--guess', branch]
  printedBy(await runGit(words, { ...run, cwd: workTree }))
}

const intoPlace = async (aside: string, path: string): Promise<void> => {
  try {
    await rename(aside, path)
  } catch (error) {
    if (!(hasCode(error, 'EXDEV') || hasCode(error, 'EBUSY'))) throw error
    throw failure(
      'unexpected',
      `${path} is the top of a disk of its own, to which a whole clone cannot be moved.`,
      `Begin in it: gitsync init ${shellWord(path)} --remote URL brings in what the remote has.`,
    )
  }
}

/**
 * As `git clone` does it, beside the place and then into it, so that a clone that ends half-way is never taken for one.
 * Submodules are not cloned; large files come where git-lfs is set up. @throws GitFailure
 */
export const clone = async ({
  address,
  path,
  branch,
  choose,
  onProgress,
}: Clone): Promise<void> => {
  const parent = dirname(path)
  await mkdir(parent, { recursive: true })
  await removeLeftovers(path)
  const aside = join(parent, `.${basename(path)}${mark}${String(process.pid)}`)
  const { url, networkTimeout, signal } = address
  const bare = withoutPassword(url)
  const chosen = branch === null ? [] : ['--branch', branch]
  const config = await redirectsFrom(parent, url)
  const talking = [...givenUp(networkTimeout), ...redirecting(config)]
  const flags = [...withoutHooks, ...withoutMaintenance, ...durably, ...talking]
  const env = await addressEnv(address, parent)
  const run = {
    env: withFewSignIns(env),
    idleTimeout: networkTimeout,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (text: string) => {
      const progress = progressIn(text, 'fetch')
      if (progress !== null) onProgress?.(progress)
    },
  }
  try {
    const output = await runGit([...flags, 'clone', '--progress', ...chosen, '--', bare, aside], {
      ...run,
      cwd: parent,
    })
    if (output.code !== 0) throw await addressFailure(address, run.env, output, config)
    await checkOutChosen(aside, choose, run)
    if (bare !== url) await rememberAddress(aside, url)
    // git leaves the files to the system: what a power cut made empty would look like an edit of a person's.
    await flushTree(aside)
    await intoPlace(aside, path)
    await flush([parent])
  } finally {
    onProgress?.(null)
    await rm(aside, { recursive: true, force: true })
  }
}
