import type { Command } from 'commander'
import { everyRepository } from '../../config/every-repository.js'
import type { Conflict } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { worst } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson } from '../asked/global-options.js'
import { knownConfig } from '../asked/asked-config.js'
import { printable } from '../../printable.js'
import { localTime, madeBy, print, tellProblem } from '../telling/told.js'

type ConflictsOptions = GlobalOptions & { readonly diff?: true }

const linesOf = ({ copy, origin, present, at, machine, author, diff }: Conflict) => [
  `  ${printable(origin)}${present ? '' : ' (not there any more)'}`,
  `    ${printable(copy)}`,
  `    committed ${localTime(at)} by ${printable(madeBy(machine, author))}`,
  ...(diff === null || diff === '' ? [] : ['', ...diff.trimEnd().split('\n').map(printable), '']),
]

const listing = (conflicts: readonly Conflict[]): readonly string[] => {
  if (conflicts.length === 0) return ['No conflict copies.']
  const repos = [...new Set(conflicts.map(({ repo }) => repo))]
  return [
    ...repos.flatMap((repo) => [
      printable(repo),
      ...conflicts.filter((one) => one.repo === repo).flatMap(linesOf),
    ]),
    '',
    'Settle each: gitsync resolve COPY --keep this|other|both, or --tool',
  ]
}

/** Without PATHs those of the config, each for itself: the disk of one may be away. Without a config, where we are. */
const placesOf = (
  paths: readonly string[],
  { config }: GlobalOptions,
): readonly (readonly string[])[] => {
  if (paths.length > 0) return [paths]
  const known = knownConfig(config)
  return known.repos.length > 0 ? everyRepository(known).map(({ path }) => [path]) : [['.']]
}

const conflicts = async (
  paths: readonly string[],
  options: ConflictsOptions,
): Promise<ExitCode> => {
  const places = placesOf(paths, options)
  const { listConflicts } = await import('../../index.js')
  const found: Conflict[] = []
  const codes: ExitCode[] = []
  for (const some of places)
    try {
      found.push(...(await listConflicts(some, { diff: options.diff === true })))
    } catch (error) {
      codes.push(tellProblem(error, options))
    }
  if (options.json === true) for (const conflict of found) printJson(conflict)
  else if (found.length > 0 || codes.length === 0) print(listing(found))
  return worst(codes)
}

export const addConflicts = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('conflicts')
    .description('the conflict copies that wait, with their origin, date and machine')
    .argument('[paths...]', 'work trees, or folders in them; without any, those of the config file')
    .option('--diff', 'also how each differs from its origin')
    .addHelpText('after', '\nExample:\n  gitsync conflicts ~/Notes --diff')
    .action(async (paths: readonly string[], _own: unknown, self: Command) => {
      done(await conflicts(paths, self.optsWithGlobals()))
    })
}
