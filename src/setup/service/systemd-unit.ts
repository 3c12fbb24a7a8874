import { relative, sep } from 'node:path'
import type { ServiceProgram } from './description.js'
import { commandOf, environmentOf, mark } from './description.js'

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\t': '\\t',
  '%': '%%',
}

const escaped = (word: string): string =>
  word.replaceAll(/[\\"\n\t%]/g, (letter) => escapes[letter] ?? letter)

/** One word of a unit file: blanks, quotes and percent signs stand for themselves. */
const unitWord = (word: string): string => `"${escaped(word)}"`

/** A word after the first, in which a dollar would name a variable. */
const argument = (word: string): string => unitWord(word).replaceAll('$', () => '$$')

const below = (folder: string, path: string): string | null => {
  const rest = relative(folder, path)
  return rest === '' || rest === '..' || rest.startsWith(`..${sep}`) ? null : rest
}

/** Of one login, or of one window of an editor: it is gone when the service needs it. */
const isPassing = (path: string): boolean => /ssh-[A-Za-z0-9]{8,}|vscode/.test(path)

/**
 * Where the agent of the person is, if its place stays: `%t` is the folder of the login, `%h` the home. Null where it
 * does not; then the service takes what the session tells systemd.
 */
export const agentOf = ({ env, home }: ServiceProgram): string | null => {
  const socket = env.SSH_AUTH_SOCK ?? ''
  const runtime = env.XDG_RUNTIME_DIR ?? ''
  if (socket === '') return null
  const places = [
    ['%t', runtime === '' ? null : below(runtime, socket)],
    ['%h', below(home, socket)],
  ] as const
  const [found] = places.flatMap(([root, rest]) =>
    rest === null || isPassing(rest) ? [] : [`${root}/${escaped(rest)}`],
  )
  return found ?? null
}

const agentLines = (program: ServiceProgram): readonly string[] => {
  const agent = agentOf(program)
  return agent === null
    ? [
        '# The ssh agent is the one that the session tells systemd of; if yours does not:',
        '#   systemctl --user import-environment SSH_AUTH_SOCK',
      ]
    : [`Environment="SSH_AUTH_SOCK=${agent}"`]
}

/**
 * A unit of the user's own systemd. It is ready when every repository is watched, which it says through the program
 * systemd-notify: that is a process of its own, hence NotifyAccess=all. A config with faults is not tried again.
 */
export const systemdUnit = (program: ServiceProgram): string => {
  const [node = '', ...words] = commandOf(program, 'run')
  const environment = environmentOf(program).map(
    ([name, value]) => `Environment=${unitWord(`${name}=${value}`)}`,
  )
  return [
    `# ${mark}`,
    '[Unit]',
    'Description=gitsync: keeps git repositories in sync',
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=10',
    '',
    '[Service]',
    'Type=notify',
    'NotifyAccess=all',
    `ExecStart=${[unitWord(node), ...words.map(argument)].join(' ')}`,
    '# Syncs at once.',
    'ExecReload=/bin/sh -c "kill -HUP $MAINPID"',
    '# Threads that take turns need no heap each: half the memory where a folder has very many files.',
    'Environment=MALLOC_ARENA_MAX=1',
    ...environment,
    ...agentLines(program),
    '# The first pass may have much to fetch.',
    'TimeoutStartSec=infinity',
    'TimeoutStopSec=30s',
    'KillMode=mixed',
    'Restart=on-failure',
    'RestartSec=10s',
    '# The config has faults: a person corrects them.',
    'RestartPreventExitStatus=2',
    '# No more than git, ssh and credential helpers can do without.',
    'NoNewPrivileges=yes',
    'LockPersonality=yes',
    'RestrictRealtime=yes',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n')
}
