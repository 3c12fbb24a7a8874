/** What crons make of the command of a line: all take the backslash before a percent sign away, some that before another too. */
export const crons = {
  /** Of Debian, macOS and the BSDs. */
  vixie: (command: string): string => command.replaceAll(/\\([\\%])/g, '$1'),
  /** Of Fedora, Red Hat and Arch. */
  cronie: (command: string): string =>
    command.replaceAll(/\\(.)/g, (both, second: string) => (second === '%' ? second : both)),
} as const
