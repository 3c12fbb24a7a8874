import type { Completable, Flag, Values } from './model.js'
import { lastOf, quoted, withAllBelow } from './model.js'

const actionOf = (values: Values): string => {
  switch (values.kind) {
    case 'any':
      return ' '
    case 'files':
      return '_files'
    case 'folders':
      return '_files -/'
    case 'words':
      return `(${values.words.join(' ')})`
    case 'list':
      return `_sequence compadd - ${values.words.join(' ')}`
    default:
      return values satisfies never
  }
}

/** What `_arguments` would take for its own. */
const plain = (text: string): string => text.replace(/[[\]\\:]/g, '\\$&')

const specsOf = ({ names, description, values }: Flag): readonly string[] => {
  const others = names.length > 1 ? `(${names.join(' ')})` : ''
  // A list may be given again.
  const before = values?.kind === 'list' ? '*' : others
  return names.map((name) => {
    const joint = values === null ? '' : name.startsWith('--') ? '=' : '+'
    const value = values === null ? '' : `:value:${actionOf(values)}`
    return quoted(`${before}${name}${joint}[${plain(description)}]${value}`)
  })
}

const functionOf = (command: Completable, program: Completable): string => {
  const { path, commands, operands } = command
  const own = command.flags
  const known = own.flatMap(({ names }) => names)
  const global =
    path.length === 0
      ? []
      : program.flags.filter(({ names }) => !names.some((name) => known.includes(name)))
  const flags = [...own, ...global].flatMap(specsOf)
  const name = ['_gitsync', ...path].join('_')
  const lines = (specs: readonly string[]): string =>
    specs.map((spec) => ` \\\n    ${spec}`).join('')
  if (commands.length === 0) {
    const rest = operands === null ? [] : [quoted(`*:operand:${actionOf(operands)}`)]
    return `${name}() {\n  _arguments -S${lines([...flags, ...rest])}\n}`
  }
  const described = commands.map((one) => quoted(`${lastOf(one)}:${plain(one.description)}`))
  return `${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands
  commands=(${described.map((one) => `\n    ${one}`).join('')}
  )
  _arguments -C -S${lines([...flags, "'1:command:->command'", "'*::argument:->argument'"])} && return
  case $state in
    command) _describe -t commands command commands ;;
    argument) (( $+functions[${name}_$line[1]] )) && ${name}_$line[1] ;;
  esac
}`
}

/** A script that zsh loads, from its fpath or by source. */
export const zshCompletion = (program: Completable): string => `#compdef gitsync
# zsh completion for gitsync, made by: gitsync completion zsh
${withAllBelow(program)
  .map((command) => functionOf(command, program))
  .join('\n')}
if [[ $funcstack[1] == _gitsync ]]; then _gitsync "$@"; else compdef _gitsync gitsync; fi
`
