import { access, constants, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { findGit, runGit } from '../../git/program/git-program.js'
import { journalFolder } from '../../streams/journal.js'
import type { Clocks, MachineFacts, RepositoryFacts } from './facts.js'
import { readInotify } from './inotify.js'
import type { Asked } from './question.js'
import { nearestFolder, readSpace } from './space.js'
import { orElse, told } from './told.js'

/** The binding cannot be asked for it, but brings along what it was built from. */
const readLibgit2 = async (): Promise<string | null> => {
  const entry = createRequire(import.meta.url).resolve('nodegit/package.json')
  const header = join(dirname(entry), 'vendor', 'libgit2', 'include', 'git2', 'version.h')
  const text = await readFile(header, 'utf8')
  return /LIBGIT2_VERSION\s+"([^"]+)"/.exec(text)?.[1] ?? null
}

const readLfs = async (): Promise<string | null> => {
  const { code, stdout } = await runGit(['lfs', 'version'], { cwd: process.cwd() })
  return code === 0 ? (/git-lfs\/(\S+)/.exec(stdout.toString())?.[1] ?? 'installed') : null
}

const readJournal = async (): Promise<MachineFacts['journal']> => {
  const folder = journalFolder()
  const nearest = await nearestFolder(folder)
  const trouble = await access(nearest, constants.W_OK | constants.X_OK).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return { folder, trouble, space: await told(() => readSpace(nearest)) }
}

const ofEach = <Name extends keyof RepositoryFacts>(
  repositories: readonly Asked<RepositoryFacts>[],
  name: Name,
): Promise<readonly RepositoryFacts[Name][]> =>
  Promise.all(repositories.map((asked): Promise<RepositoryFacts[Name]> => asked[name]))

/** Of processes whose watches are those that are counted anyway. */
const readHolders = async (
  repositories: readonly Asked<RepositoryFacts>[],
): Promise<ReadonlySet<number>> => {
  const holders = await ofEach(repositories, 'holder')
  const alive = holders
    .map((holder) => orElse(holder, null))
    .filter((holder) => holder?.isAlive === true)
  return new Set(alive.flatMap((holder) => holder?.pid ?? []))
}

const readLfsUsers = async (
  settings: readonly RepoSettings[],
  repositories: readonly Asked<RepositoryFacts>[],
): Promise<readonly string[]> => {
  const uses = await ofEach(repositories, 'usesLfs')
  return settings.filter((_, n) => uses[n] === true).map(({ path }) => path)
}

const readClocks = async (
  repositories: readonly Asked<RepositoryFacts>[],
): Promise<readonly Clocks[]> => {
  const remotes = await ofEach(repositories, 'remote')
  const clocks = remotes.map((remote) =>
    remote?.kind === 'answer' ? remote.value.clocks : Promise.resolve(null),
  )
  return (await Promise.all(clocks)).filter((one) => one !== null)
}

/** Asks the machine, and changes nothing. What the repositories have a part in is known when theirs is. */
export const gatherMachine = (
  configFile: string | null,
  settings: readonly RepoSettings[],
  repositories: readonly Asked<RepositoryFacts>[],
): Asked<MachineFacts> => {
  const orNull = <T>(ask: () => Promise<T>): Promise<T | null> =>
    told(ask).then((answer) => orElse(answer, null))
  return {
    settings: Promise.resolve(settings),
    configFile: Promise.resolve(configFile),
    node: Promise.resolve(process.versions.node),
    libgit2: orNull(readLibgit2),
    git: orNull(findGit),
    gitLfs: orNull(readLfs),
    lfsUsers: readLfsUsers(settings, repositories),
    journal: told(readJournal).then((journal) =>
      journal.kind === 'answer'
        ? journal.value
        : { folder: journalFolder(), trouble: journal.problem.message, space: journal },
    ),
    inotify: readHolders(repositories).then((ours) => orNull(() => readInotify(ours))),
    folders: ofEach(repositories, 'folders'),
    now: Promise.resolve(Date.now()),
    newestCommits: ofEach(repositories, 'newestCommit').then((commits) =>
      commits.filter((one) => one !== null),
    ),
    clocks: readClocks(repositories),
  }
}
