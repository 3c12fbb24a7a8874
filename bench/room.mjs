import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `gc.auto` is off for everybody: a collection in one lane would be counted as its work, or as its neighbour's. */
const gitconfig = `[user]
\tname = Bench
\temail = bench@example.org
[init]
\tdefaultBranch = main
[gc]
\tauto = 0
[maintenance]
\tauto = false
`

/** Settings of the machine's owner are left out of it, and nothing of theirs is touched. */
const settle = async (folder) => {
  const home = join(folder, 'home')
  await mkdir(home)
  await writeFile(join(home, '.gitconfig'), gitconfig)
  Object.assign(process.env, {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    GIT_CONFIG_NOSYSTEM: '1',
  })
}

/** A temporary folder in which everything happens, and which goes with it. */
export const inRoom = async (work) => {
  const folder = await mkdtemp(join(tmpdir(), 'gitsync-bench-'))
  try {
    await settle(folder)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
