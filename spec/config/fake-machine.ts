import type { Machine } from '../../src/config/machine.js'

/** A machine with these directories and files; `links` lead from one path to the real one. */
export const fakeMachine = ({
  directories = ['/home/ada/Notes', '/home/ada/Articles'],
  files = [],
  links = {},
  env = {},
}: {
  readonly directories?: readonly string[]
  readonly files?: readonly string[]
  readonly links?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
} = {}): Machine => {
  const realPath = (path: string): string => links[path] ?? path
  return {
    home: '/home/ada',
    env,
    cwd: '/work',
    realPath,
    pathKind: (path) => {
      if (directories.includes(realPath(path))) return 'directory'
      return files.includes(path) ? 'other' : 'missing'
    },
  }
}
