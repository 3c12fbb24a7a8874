import { printable } from '../../printable.js'
import { homedir, hostname } from 'node:os'
import { sep } from 'node:path'
import { isatty } from 'node:tty'
import picocolors from 'picocolors'

/** Whom is shown something: how wide it may be, in which colours, when and where. */
export interface Screen {
  /** Infinity where nothing bounds it. */
  readonly columns: number
  readonly colours: ReturnType<typeof picocolors.createColors>
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly home: string
  readonly host: string
}

/** A dumb terminal, as editors have inside, shows the codes instead of heeding them. */
export const heedsCodes = (stream: { readonly fd: number }, env = process.env): boolean =>
  isatty(stream.fd) && env.TERM !== 'dumb'

/** Not against NO_COLOR. */
export const takesColour = (stream: { readonly fd: number }, env = process.env): boolean =>
  heedsCodes(stream, env) && (env.NO_COLOR ?? '') === ''

/** Standard output as it is now. Colour on a terminal alone, and never against NO_COLOR. */
export const standardOutput = (env: NodeJS.ProcessEnv = process.env): Screen => {
  const { columns } = process.stdout
  // Not isTTY, which is undefined off a terminal: picocolors then decides, and colours where CI is set.
  const isTTY = isatty(process.stdout.fd)
  return {
    // A terminal that does not know its size says 0.
    columns: isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY,
    colours: picocolors.createColors(takesColour(process.stdout, env)),
    now: Date.now(),
    home: homedir(),
    host: hostname(),
  }
}

/** A path as people write it. */
export const shownPath = (path: string, { home }: Pick<Screen, 'home'>): string => {
  const short = path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path
  return printable(short)
}

/** The end of each path, as long as it must be for no two to be the same. */
export const shortNames = (paths: readonly string[]): ReadonlyMap<string, string> => {
  const endOf = (path: string, parts: number): string => path.split(sep).slice(-parts).join('/')
  const nameOf = (path: string): string => {
    const others = paths.filter((other) => other !== path)
    const depth = path.split(sep).length
    for (let parts = 1; parts < depth; parts += 1) {
      const end = endOf(path, parts)
      if (!others.some((other) => endOf(other, parts) === end)) return end
    }
    return path
  }
  return new Map(paths.map((path) => [path, printable(nameOf(path))]))
}
