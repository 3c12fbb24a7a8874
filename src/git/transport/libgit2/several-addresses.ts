import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failure } from '../../problem/problem.js'
import { commonDirOf } from '../remote/read-ref.js'

/** The lines of the configuration file that are about this remote; its sections may be several. */
const linesAbout = (config: string, remote: string): readonly string[] => {
  const quoted = remote.replace(/["\\]/g, '\\$&')
  return config
    .split(/^(?=\s*\[)/m)
    .filter((section) => new RegExp(`^\\s*\\[remote\\s+"`, 'i').test(section))
    .filter((section) => section.includes(`"${quoted}"]`))
    .flatMap((section) => section.split('\n'))
}

type Key = 'url' | 'pushurl'

const readLines = async (gitDir: string, remote: string): Promise<readonly string[]> => {
  const path = join(await commonDirOf(gitDir), 'config')
  return linesAbout(await readFile(path, 'utf8').catch(() => ''), remote)
}

const valuesOf = (lines: readonly string[], key: Key): readonly string[] =>
  lines.flatMap((line) => new RegExp(`^\\s*${key}\\s*=\\s*(.*)$`, 'i').exec(line)?.[1] ?? [])

/** The addresses of a remote as the repository's own configuration file has them. */
export const urlsIn = async (gitDir: string, remote: string): Promise<readonly string[]> =>
  valuesOf(await readLines(gitDir, remote), 'url')

/**
 * Where a remote has several addresses git fetches from the first and pushes to all of them. libgit2 knows the last alone,
 * and its binding tells no others: they are looked for in the repository's own configuration file.
 *
 * @throws GitFailure `declined`
 */
export const refuseSeveral = async (gitDir: string, remote: string): Promise<void> => {
  const lines = await readLines(gitDir, remote)
  const name = (['url', 'pushurl'] as const).find((key) => valuesOf(lines, key).length > 1)
  if (name === undefined) return
  throw failure(
    'declined',
    `remote.${remote}.${name} has several addresses, of which libgit2 knows one.`,
    `Install git and use "transport": "auto", or leave one address there: git config --edit.`,
  )
}
