import type { Completable, Flag, Values } from './model.js'
import { lastOf, withAllBelow } from './model.js'

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

const valueOf = (values: Values | null): string => {
  if (values === null) return ''
  switch (values.kind) {
    case 'any':
      return ' -x'
    case 'files':
      return ' -r -F'
    case 'folders':
      return ` -x -a ${quoted('(__fish_complete_directories)')}`
    case 'words':
      return ` -x -a ${quoted(values.words.join(' '))}`
    case 'list':
      return ` -x -a ${quoted(`(__fish_append , ${values.words.join(' ')})`)}`
    default:
      return values satisfies never
  }
}

const flagLine = (when: string, { names, description, values }: Flag): string => {
  const named = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  )
  return `complete -c gitsync${when} ${named.join(' ')}${valueOf(values)} -d ${quoted(description)}`
}

const linesOf = ({ path, flags, commands, operands }: Completable): readonly string[] => {
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`)
  const names = commands.map(lastOf)
  const none =
    path.length === 0
      ? '__fish_use_subcommand'
      : `not __fish_seen_subcommand_from ${names.join(' ')}`
  const when = seen.length === 0 ? '' : ` -n ${quoted(seen.join('; and '))}`
  const whenNone = ` -n ${quoted([...seen, none].join('; and '))}`
  return [
    ...flags.map((flag) => flagLine(when, flag)),
    ...commands.map(
      (one) => `complete -c gitsync${whenNone} -a ${lastOf(one)} -d ${quoted(one.description)}`,
    ),
    ...(operands === null || operands.kind === 'any'
      ? []
      : [`complete -c gitsync${when}${valueOf(operands).replace(' -x', '')}`]),
  ]
}

/** A script that fish loads. */
export const fishCompletion = (program: Completable): string =>
  [
    '# fish completion for gitsync, made by: gitsync completion fish',
    'complete -c gitsync -f',
    ...withAllBelow(program).flatMap(linesOf),
    '',
  ].join('\n')
