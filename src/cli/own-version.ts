/** The program takes `--version` for its own wherever it stands; after `restore` a person means a commit. */
export const withOwnVersion = (args: readonly string[]): readonly string[] => {
  const command = args.findIndex((arg) => !arg.startsWith('-') && arg !== '')
  if (args[command] !== 'restore') return args
  return args.map((arg, n) => (n > command ? arg.replace(/^--version(?==|$)/, '--commit') : arg))
}
