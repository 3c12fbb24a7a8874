import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { FileVersion } from '../../index.js'
import type { ExitCode } from '../exit-code.js'
import { exitCode } from '../exit-code.js'
import type { GlobalOptions } from '../asked/global-options.js'
import { printJson } from '../asked/global-options.js'
import { printable } from '../../printable.js'
import { localTime, madeBy, print, short, tellProblem } from '../telling/told.js'
import { plainWord } from '../../shell-word.js'

type HistoryOptions = GlobalOptions & { readonly last?: number }

const units = ['B', 'KB', 'MB', 'GB'] as const

const sizeOf = (bytes: number | null): string => {
  if (bytes === null) return '–'
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3))
  const amount = bytes / 1000 ** step
  return `${step === 0 ? String(amount) : amount.toFixed(1)} ${units[step] ?? ''}`
}

const changes: Readonly<Record<FileVersion['change'], string>> = {
  added: 'added',
  modified: 'updated',
  deleted: 'deleted',
  renamed: 'renamed',
}

const row = (version: FileVersion): readonly string[] => [
  short(version.oid),
  localTime(version.at),
  sizeOf(version.size),
  changes[version.change],
  printable(madeBy(version.machine, version.author)),
  version.from === null ? '' : printable(`${version.from} → ${version.path}`),
]

/** Columns as wide as their widest cell; sizes are numbers, to the right. */
const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, n) =>
    Math.max(...rows.map((cells) => (cells[n] ?? '').length)),
  )
  return rows.map((cells) =>
    cells
      .map((cell, n) => (n === 2 ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** The newest alone is what is there already. */
const hint = (file: string, versions: readonly FileVersion[]): readonly string[] => {
  const older = versions.slice(1).find(({ blob }) => blob !== null)
  if (older === undefined) return []
  return [
    '',
    `Bring one back: gitsync restore ${printable(plainWord(file))} --version ${short(older.oid)}`,
  ]
}

const history = async (file: string, options: HistoryOptions): Promise<ExitCode> => {
  const { readHistory } = await import('../../index.js')
  try {
    const { repo, path, versions } = await readHistory(
      file,
      options.last === undefined ? {} : { count: options.last },
    )
    if (options.json === true) for (const version of versions) printJson({ repo, ...version })
    else if (versions.length === 0) print([`No commit has ${printable(path)} yet.`])
    else print([...table(versions.map(row)), ...hint(file, versions)])
    return exitCode.well
  } catch (error) {
    return tellProblem(error, options)
  }
}

const countOf = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number from 1.')
}

export const addHistory = (program: Command, done: (code: ExitCode) => void): void => {
  program
    .command('history')
    .description('the versions of a file, with time, size and machine; also of a deleted one')
    .argument('<file>', 'the file, as it is or was called')
    .option('-n, --last <count>', 'the newest so many alone', countOf)
    .addHelpText('after', '\nExample:\n  gitsync history ~/Notes/todo.md -n 10')
    .action(async (file: string, _own: unknown, self: Command) => {
      done(await history(file, self.optsWithGlobals()))
    })
}
