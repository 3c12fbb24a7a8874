import type { Completable, Flag, Values } from './model.js'
import { lastOf, quoted, withAllBelow } from './model.js'

const fill = (values: Values): string => {
  switch (values.kind) {
    case 'any':
      return ':'
    // Readline knows best how to quote names and what a tilde is.
    case 'files':
      return 'compopt -o default 2>/dev/null'
    case 'folders':
      return 'compopt -o dirnames 2>/dev/null'
    case 'words':
      return `_gitsync_words ${quoted(values.words.join(' '))}`
    case 'list':
      return `_gitsync_words ${quoted(values.words.join(' '))} list`
    default:
      return values satisfies never
  }
}

/** After a flag with a value nothing else fits, whether or not the values are known. */
const valueCases = (path: readonly string[], flags: readonly Flag[]): readonly string[] =>
  flags.flatMap(({ names, values }) => {
    if (values === null) return []
    const where = path.length === 0 ? '*' : ''
    const places = names.map((name) => where + quoted(`${path.join(' ')}/${name}`))
    return [`    ${places.join(' | ')}) ${fill(values)}; return ;;`]
  })

const namesOf = (flags: readonly Flag[]): readonly string[] => flags.flatMap(({ names }) => names)

const placeCase = (command: Completable, program: Completable): string => {
  const { path, flags, commands, operands } = command
  const global =
    path.length === 0 ? [] : namesOf(program.flags).filter((name) => !namesOf(flags).includes(name))
  const own = commands.map(lastOf)
  const operand = operands === null ? words(own) : fill(operands)
  const options = words([...namesOf(flags), ...global])
  return `    ${quoted(path.join(' '))}) if [[ $cur == -* ]]; then ${options}; else ${operand}; fi ;;`
}

const words = (some: readonly string[]): string => fill({ kind: 'words', words: some })

/** A script that bash loads. Works from bash 3.2 on, which completes no files then. */
export const bashCompletion = (program: Completable): string => {
  const all = withAllBelow(program)
  const steps = all
    .slice(1)
    .map(({ path }) => quoted(`${path.slice(0, -1).join(' ')}/${path.at(-1) ?? ''}`))
  return `# bash completion for gitsync, made by: gitsync completion bash
_gitsync_words() {
  local word head=
  [[ $2 == list && $cur == *,* ]] && head=\${cur%,*},
  while IFS= read -r word; do COMPREPLY+=("$head$word"); done < <(compgen -W "$1" -- "\${cur#"$head"}")
}
_gitsync() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
  # Bash takes --flag=value for three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command/\${COMP_WORDS[i]}" in
    ${steps.join(' | ')}) command=\${command:+$command }\${COMP_WORDS[i]} ;;
    esac
  done
  case "$command/$prev" in
${[...all.slice(1), program].flatMap(({ path, flags }) => valueCases(path, flags)).join('\n')}
  esac
  case "$command" in
${all.map((command) => placeCase(command, program)).join('\n')}
  esac
}
complete -F _gitsync gitsync
`
}
