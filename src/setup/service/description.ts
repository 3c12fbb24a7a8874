/** What a service is to start, and where it starts. */
export interface ServiceProgram {
  /** Absolute path of the node that runs it. */
  readonly node: string
  /** Absolute path of gitsync's own program. */
  readonly main: string
  /** As `--config` names it, absolute; null: the user's own. */
  readonly configFile: string | null
  readonly home: string
  /** Of the person who installs it: where their programs and their agent are. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What a service is described for. */
export type ServiceKind = 'systemd' | 'launchd' | 'cron'

/** The words of the command line. */
export const commandOf = (
  { node, main, configFile }: ServiceProgram,
  ...words: readonly string[]
): readonly string[] => [
  node,
  main,
  ...words,
  ...(configFile === null ? [] : ['--config', configFile]),
]

/** Without them git, ssh and the credential helpers would not be found, nor the config and the journal. */
const carried = ['PATH', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'] as const

/** What the service gets of the person's own environment, which it does not inherit. */
export const environmentOf = ({
  env,
}: ServiceProgram): readonly (readonly [name: string, value: string])[] =>
  carried.flatMap((name) => {
    const value = env[name] ?? ''
    return value === '' ? [] : [[name, value] as const]
  })

/** A description without these words was written by a person, and is not ours to replace. */
export const mark = 'Written by gitsync service install; your own settings go into a drop-in.'
