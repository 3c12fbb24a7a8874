import type { RepoSettings } from '../actors/settings.js'

type OptionShape =
  | {
      readonly kind: 'duration' | 'duration-or-off'
      readonly default: string
      /** The least in milliseconds. */
      readonly atLeast: number
    }
  | { readonly kind: 'size-or-off'; readonly default: string }
  | { readonly kind: 'boolean'; readonly default: boolean }
  | { readonly kind: 'choice'; readonly default: string; readonly choices: readonly string[] }
  | { readonly kind: 'list'; readonly default: readonly string[] }
  | {
      readonly kind: 'name' | 'author' | 'template' | 'command' | 'path'
      /** Null: unset, and git's own ways decide. */
      readonly default: string | null
    }

type OptionSpec = OptionShape & { readonly meaning: string }

/** The choices of a setting are held to those of its type. */
type OptionFor<Setting> = [Setting] extends [string]
  ? string extends Setting
    ? OptionSpec
    : OptionSpec & { readonly choices: readonly Setting[] }
  : OptionSpec

/** An interval below this would be a busy loop. */
const leastInterval = 100

/** Every key of a repository, once: schema, defaults, flags and the types of the input derive from it. */
export const optionTable = {
  path: { kind: 'path', default: null, meaning: 'work tree; `~` and variables are expanded' },
  remote: {
    kind: 'name',
    default: null,
    meaning: "which remote; unset: the branch's upstream, else `origin`, else none",
  },
  branch: {
    kind: 'name',
    default: null,
    meaning: 'the branch to sync: elsewhere it waits; unset: the one HEAD is on',
  },
  watch: {
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'native', 'fs.watch', 'poll'],
    meaning: 'where events of the work tree come from',
  },
  pollInterval: {
    kind: 'duration',
    default: '30s',
    atLeast: leastInterval,
    meaning: 'with `poll`: how often the work tree is looked at',
  },
  rescanInterval: {
    kind: 'duration-or-off',
    default: '10m',
    atLeast: leastInterval,
    meaning: "a full look behind the events' back, whatever the source",
  },
  debounce: {
    kind: 'duration',
    default: '1s',
    atLeast: 0,
    meaning: 'a burst of changes ends after this quiet time',
  },
  maxWait: {
    kind: 'duration',
    default: '10s',
    atLeast: 0,
    meaning: 'a burst of changes ends at the latest after this long',
  },
  fetchInterval: {
    kind: 'duration-or-off',
    default: '60s',
    atLeast: leastInterval,
    meaning: 'how often the remote is asked while nothing happens',
  },
  pull: { kind: 'boolean', default: true, meaning: "bring the remote's commits in" },
  push: { kind: 'boolean', default: true, meaning: 'push what is committed' },
  integrate: {
    kind: 'choice',
    default: 'merge',
    choices: ['merge', 'rebase', 'ff-only'],
    meaning: "how the remote's commits come in; `rebase`: of unpushed commits, in memory",
  },
  squash: {
    kind: 'duration-or-off',
    default: 'off',
    atLeast: 1_000,
    meaning:
      'unpushed automatic commits of so long a time become one, right before they are pushed',
  },
  conflict: {
    kind: 'choice',
    default: 'keep-both',
    choices: ['keep-both', 'ours', 'theirs', 'halt'],
    meaning: 'what becomes of two versions that do not merge',
  },
  message: {
    kind: 'template',
    default: '{{summary}}',
    meaning: 'the commit message, with tokens',
  },
  messageCommand: {
    kind: 'command',
    default: null,
    meaning: 'a program that is given the diff and prints the commit message; unset: `message`',
  },
  hooks: {
    kind: 'boolean',
    default: false,
    meaning:
      'run the hooks of the repository: pre-commit, commit-msg, post-commit, post-merge, pre-push',
  },
  author: { kind: 'author', default: null, meaning: "unset: git's own config" },
  maxFileSize: {
    kind: 'size-or-off',
    default: '100MB',
    meaning: 'larger files are skipped, one by one',
  },
  ignore: {
    kind: 'list',
    default: [],
    meaning: "gitignore patterns on top of the repository's own",
  },
  ignoreDefaults: {
    kind: 'boolean',
    default: true,
    meaning: 'leave out untracked editor swap, temporary, partial-download and office lock files',
  },
  guard: {
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'on', 'off'],
    meaning: 'hold back files with secrets; `auto`: where commits are pushed',
  },
  transport: {
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'libgit2', 'git'],
    meaning: 'what talks to the remote',
  },
  sshKey: {
    kind: 'path',
    default: null,
    meaning: 'unset: the agent, then `~/.ssh/config`, then `~/.ssh/id_*`',
  },
  knownHosts: { kind: 'path', default: null, meaning: 'unset: `~/.ssh/known_hosts`' },
  networkTimeout: {
    kind: 'duration',
    default: '30s',
    atLeast: leastInterval,
    meaning: 'how long without a byte from the server',
  },
} as const satisfies { readonly [Key in keyof RepoSettings]: OptionFor<RepoSettings[Key]> }

export type OptionKey = keyof typeof optionTable

export type RepoOption = OptionSpec & { readonly key: OptionKey }

export const repoOptions: readonly RepoOption[] = (Object.keys(optionTable) as OptionKey[]).map(
  (key) => ({ key, ...optionTable[key] }),
)

/** Those that one repository may share with another: all but its place. */
export const sharedOptions = repoOptions.filter(({ key }) => key !== 'path')
