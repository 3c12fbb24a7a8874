import type { Command, Help } from 'commander'

/** What roff would take for its own, and what it would make a typographer's dash of. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll(/^\./gm, '\\&.')

const bold = (text: string): string => `\\fB${plain(text)}\\fR`

const asItStands = (text: string): readonly string[] =>
  text === '' ? [] : ['.PP', '.nf', ...plain(text).split('\n'), '.fi']

const paragraph = (term: string, description: string): readonly string[] => [
  '.TP',
  bold(term),
  plain(description),
]

/** What a command says below its options: its exit codes and examples. */
const afterwords = (command: Command): string => {
  let said = ''
  command.configureHelp({ formatHelp: () => '' })
  command.configureOutput({
    writeOut: (text) => {
      said += text
    },
  })
  command.outputHelp()
  return said.trim()
}

const isHelp = (term: string): boolean => /^-h, --help$|^help\b/.test(term)

const optionsOf = (command: Command, help: Help): readonly string[] =>
  help
    .visibleOptions(command)
    .filter(({ flags }) => !isHelp(flags))
    .flatMap((option) => paragraph(option.flags, help.optionDescription(option)))

const leaves = (command: Command, help: Help): readonly Command[] =>
  help
    .visibleCommands(command)
    .filter((one) => !isHelp(one.name()))
    .flatMap((one) => (one.commands.length > 0 ? leaves(one, help) : [one]))

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.join('\n') === other.join('\n')

const section = (title: string, ...lines: readonly string[]): readonly string[] => [
  `.SH ${title}`,
  ...lines,
]

const codes = [
  ['0', 'every repository is committed and level with its remote; or stopped by a signal'],
  ['1', 'some repository needs a person'],
  ['2', 'usage or config error; nothing was touched'],
  ['75', 'a remote is out of reach; commits are kept, and the next pass pushes them'],
] as const

const files = [
  ['$XDG_CONFIG_HOME/gitsync/config.json, ~/.config/gitsync/config.json', 'the repositories'],
  ['~/.config/gitsync, /etc/gitsync.cfg', 'the INI file of the Python gitsync, still read'],
  ['$XDG_STATE_HOME/gitsync/, ~/.local/state/gitsync/', 'the journal of each repository'],
] as const

const signals = [
  ['SIGINT, SIGTERM', 'settles and stops; a second one stops at the next step'],
  ['SIGHUP', 'syncs every repository now'],
] as const

const list = (entries: readonly (readonly [string, string])[]): readonly string[] =>
  entries.flatMap(([term, text]) => paragraph(term, text))

/**
 * The manual page gitsync(1) in roff, from the commands as `--help` has them; see man-pages(7).
 *
 * @param program the whole command line, which is spent by this
 */
export const manPageOf = (program: Command): string => {
  const help = program.createHelp()
  const commands = leaves(program, help)
  const repoOptions = optionsOf(commands.find((one) => one.name() === 'run') ?? program, help)
  const described = commands.flatMap((command) => {
    const usage = help.commandUsage(command)
    const own = optionsOf(command, help)
    return [
      `.SS ${bold(usage)}`,
      plain(help.commandDescription(command)),
      ...(isSame(own.slice(-repoOptions.length), repoOptions)
        ? [
            ...own.slice(0, -repoOptions.length),
            '.PP',
            'Takes every option of a repository, below.',
          ]
        : own),
      ...asItStands(afterwords(command)),
    ]
  })
  return [
    `.TH GITSYNC 1 "" ${JSON.stringify(`gitsync ${program.version() ?? ''}`)}`,
    ...section('NAME', 'gitsync \\- keeps git repositories in sync, by itself'),
    ...section('SYNOPSIS', '.B gitsync', '.I command', '.RI [ path .\\|.\\|.]', '.RI [ options ]'),
    ...section('DESCRIPTION', plain(help.commandDescription(program))),
    ...section('COMMANDS', ...described),
    ...section('OPTIONS', ...optionsOf(program, help)),
    ...section('OPTIONS OF A REPOSITORY', ...repoOptions),
    ...section('EXIT STATUS', ...list(codes)),
    ...section('FILES', ...list(files)),
    ...section('SIGNALS', ...list(signals)),
    ...section('SEE ALSO', '.BR git (1),', '.BR gitignore (5),', '.BR systemd.service (5)'),
    '',
  ].join('\n')
}
