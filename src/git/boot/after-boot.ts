import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoSettings } from '../../actors/settings.js'
import { orAbsent } from '../problem/error-code.js'
import type { IndexCopy } from '../index/index-copy.js'
import type { Repository } from '../repository.js'
import { bootOfSystem, clearDead } from '../lock/dead-lock.js'
import type { RunningSystem } from '../lock/running-system.js'
import { mendBranch } from './torn-branch.js'
import { giveTornBack } from './torn-files.js'
import { mendIndex } from './torn-index.js'
import { setTornAside } from './torn-objects.js'

/** Milliseconds that a clock may have been wrong by when the last look was noted. */
const slack = 86_400_000

const refLocksIn = async (commonDir: string): Promise<readonly string[]> => {
  const refs = join(commonDir, 'refs')
  const names = await readdir(refs, { recursive: true })
  return names.filter((name) => name.endsWith('.lock')).map((name) => join(refs, name))
}

/**
 * At the first start after each boot, mends what a power cut left: torn objects, a branch or an index of them, torn files
 * of the work tree, and locks of references, of which btrfs brings back what had been renamed. Called by the holder of
 * the instance lock, before its first step.
 */
export const mendAfterBoot = async (
  repository: Repository,
  indexCopy: IndexCopy,
  { boot }: Pick<RunningSystem, 'boot'>,
  settings: RepoSettings,
): Promise<void> => {
  const { workTree, gitDir, commonDir, ownDir } = repository
  const note = join(ownDir, 'boot')
  const known = await orAbsent(readFile(note, 'utf8'))
  if (boot === '' || known === boot) return
  const noted = await orAbsent(stat(note))
  await clearDead(await refLocksIn(commonDir), [workTree, gitDir, commonDir], bootOfSystem())
  const since = noted === null ? 0 : noted.mtimeMs - slack
  const aside = join(ownDir, 'torn')
  await setTornAside(join(commonDir, 'objects'), since, aside)
  await mendBranch(repository, aside)
  await mendIndex(repository, indexCopy, aside)
  await giveTornBack(repository, indexCopy, settings)
  await writeFile(note, boot)
}
