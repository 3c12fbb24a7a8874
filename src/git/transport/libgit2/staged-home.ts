import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, parseProcess, thisProcess } from '../../lock/process-identity.js'

const prefix = 'gitsync-home-'

/** The file that says which process made a home. */
const owner = 'owner'

const isForsaken = (home: string): boolean => {
  const maker = parseProcess(readFileSync(join(home, owner), 'utf8'))
  return maker !== null && !isAlive(maker)
}

/** Homes whose makers were killed together with the children that would have taken them away. */
const removeForsaken = (): void => {
  const homes = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))
  for (const home of homes.map((name) => join(tmpdir(), name)))
    try {
      if (isForsaken(home)) rmSync(home, { recursive: true, force: true })
    } catch {
      // Another user's, whatever it says, or only just begun.
    }
}

/**
 * libgit2 takes the password along to whichever host a server sends it, and no option of the binding's stops it. Included after the
 * user's own, so that it holds; what a repository itself says goes before either.
 */
const gitConfig = (home: string): string =>
  `[include]\n\tpath = ${JSON.stringify(join(home, '.gitconfig'))}\n[http]\n\tfollowRedirects = false\n`

/** A home with these known hosts and the user's git configuration, since libgit2 knows no other way to be told. */
export const stageHome = (knownHosts: string | null): string => {
  removeForsaken()
  const home = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(home, owner), thisProcess)
  const real = homedir()
  mkdirSync(join(home, '.ssh'))
  symlinkSync(knownHosts ?? join(real, '.ssh', 'known_hosts'), join(home, '.ssh', 'known_hosts'))
  mkdirSync(join(home, '.config'))
  symlinkSync(join(real, '.config', 'git'), join(home, '.config', 'git'))
  writeFileSync(join(home, '.gitconfig'), gitConfig(real))
  return home
}
