import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finished } from './program.js'
import { start } from './program.js'
import { temporaryFolder } from './temp-repositories.js'

/** A home of its own, with nothing in it but git's identity. */
export interface NewUser {
  readonly home: string
  readonly env: NodeJS.ProcessEnv
  /** Runs gitsync to its end. */
  gitsync(...args: readonly string[]): Promise<Finished>
  /** What the config says; null where there is none. */
  config(): unknown
  /** Writes a file below the home. */
  write(path: string, text: string): void
}

export const identity = '[user]\n\tname = Ada Writer\n\temail = ada@example.org\n'

export const newUser = (gitConfig = identity): NewUser => {
  const home = temporaryFolder()
  const env = {
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.state'),
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  }
  const write = (path: string, text: string): void => {
    mkdirSync(join(home, path, '..'), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  write('.gitconfig', `[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n${gitConfig}`)
  return {
    home,
    env,
    gitsync: (...args) => start(args, env).finished,
    config: () => {
      try {
        return JSON.parse(
          readFileSync(join(home, '.config/gitsync/config.json'), 'utf8'),
        ) as unknown
      } catch {
        return null
      }
    },
    write,
  }
}

/** The value that `--json` ends with. */
export const lastOf = ({ stdout }: Finished): unknown =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? 'null')
