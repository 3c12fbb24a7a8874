import { access, constants, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { findGit, runGit } from '../../git/git-program.js'
import { journalFolder } from '../../streams/journal.js'
import type { Holder, MachineFacts } from './facts.js'
import { readInotify } from './inotify.js'
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

/** Asks the machine, and changes nothing. @param holders of the work trees that are looked at */
export const gatherMachine = async (
  configFile: string | null,
  holders: readonly Holder[],
): Promise<MachineFacts> => {
  const ours = new Set(holders.flatMap(({ pid }) => (pid === null ? [] : [pid])))
  const [libgit2, git, gitLfs, journal, inotify] = await Promise.all([
    told(readLibgit2),
    told(findGit),
    told(readLfs),
    told(readJournal),
    told(() => readInotify(ours)),
  ])
  return {
    configFile,
    node: process.versions.node,
    libgit2: orElse(libgit2, null),
    git: orElse(git, null),
    gitLfs: orElse(gitLfs, null),
    journal:
      journal.kind === 'answer'
        ? journal.value
        : { folder: journalFolder(), trouble: journal.problem.message, space: journal },
    inotify: orElse(inotify, null),
    now: Date.now(),
  }
}
