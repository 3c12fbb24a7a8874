import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { endOnHangUp } from './early-signals.js'
import type { ExitCode } from './exit-code.js'
import { addGlobalOptions } from './asked/global-options.js'
import { explainUsage } from './asked/usage.js'

type Add = (program: Command, done: (code: ExitCode) => void) => void

/** Each in a file of its own, in the order of the help. It is loaded with the packages that it works with. */
const commands: ReadonlyMap<string, () => Promise<Add>> = new Map([
  ['run', async () => (await import('./commands/run.js')).addRun],
  ['once', async () => (await import('./commands/once.js')).addOnce],
  ['status', async () => (await import('./commands/status.js')).addStatus],
  ['log', async () => (await import('./commands/log.js')).addLog],
  ['sync', async () => (await import('./commands/sync.js')).addSync],
  ['pause', async () => (await import('./commands/pause.js')).addPause],
  ['resume', async () => (await import('./commands/resume.js')).addResume],
  ['init', async () => (await import('./commands/init.js')).addInit],
  ['clone', async () => (await import('./commands/clone.js')).addClone],
  ['conflicts', async () => (await import('./commands/conflicts.js')).addConflicts],
  ['resolve', async () => (await import('./commands/resolve.js')).addResolve],
  ['history', async () => (await import('./commands/history.js')).addHistory],
  ['restore', async () => (await import('./commands/restore.js')).addRestore],
  ['undo', async () => (await import('./commands/undo.js')).addUndo],
  ['doctor', async () => (await import('./commands/doctor.js')).addDoctor],
  ['config', async () => (await import('./commands/config.js')).addConfig],
  ['service', async () => (await import('./commands/service.js')).addService],
  ['demo', async () => (await import('./commands/demo.js')).addDemo],
  ['completion', async () => (await import('./commands/completion/completion.js')).addCompletion],
  ['man', async () => (await import('./commands/man.js')).addMan],
])

/** These tell of all the others. */
const telling: readonly string[] = ['completion', 'man']

/** What these arguments can need: the command that they begin with, else all of them. */
const isNeeded = ([first = '']: readonly string[], name: string): boolean =>
  commands.has(first) && !telling.includes(first) ? name === first : first !== '--version'

const versionOf = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown'
}

/** Commands that take SIGHUP for a wish to look at everything, once they are at it. */
const looking: readonly string[] = ['run', 'once']

/** The command line, as far as the arguments need it. @param done is told with what the program is to exit */
export const programOf = async (
  args: readonly string[],
  done: (code: ExitCode) => void,
): Promise<Command> => {
  const program = addGlobalOptions(new Command('gitsync'))
    .description('Keeps git repositories in sync: commits, fetches, merges and pushes by itself.')
    .version(versionOf(), '--version')
    .showSuggestionAfterError()
    .exitOverride()
    .hook('preAction', (_program, command) => {
      if (!looking.includes(command.name())) endOnHangUp()
    })
  const needed = [...commands].filter(([name]) => isNeeded(args, name))
  for (const add of await Promise.all(needed.map(([, load]) => load()))) add(program, done)
  explainUsage(program)
  return program
}
