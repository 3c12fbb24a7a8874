import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tryGit } from '../support/temp-repositories.js'
import type { Living } from './living.js'
import { filesOf } from './living.js'
import type { Happening } from './timeline.js'

/** Lines of a text; few enough that two people often write in the same one. */
const length = 12

/** A plan's paths as files of several kinds: at the top, in a folder, and one that no text merge knows. */
const fileOf = (path: string): string =>
  ({ a: 'a.txt', b: 'folder/sub folder/b.md' })[path] ?? `${path}\u00e9`

/** What a content of the plan is called where it stands in a file. */
export const tokenOf = (content: string): string => `<${content}>`

export const tokensIn = (text: string): readonly string[] => text.match(/<c\w+>/g) ?? []

const number = (content: string): number => Number.parseInt(content.slice(1), 10)

/** Puts the content into one line of what is there; the rest stays as it was. */
const edited = (before: string | null, content: string): string => {
  const lines = before?.split('\n') ?? Array.from({ length }, (_, n) => `line ${String(n)}`)
  const n = (number(content) * 5) % length
  return lines
    .map((line, at) => (at === n ? `line ${String(n)} ${tokenOf(content)}` : line))
    .join('\n')
}

const write = (machine: Living, file: string, content: string): void => {
  const path = machine.at(file)
  mkdirSync(dirname(path), { recursive: true })
  const before = existsSync(path) ? readFileSync(path, 'latin1') : null
  const binary = file.endsWith('\u00e9')
  writeFileSync(path, binary ? `\0${tokenOf(content)}` : edited(before, content), 'latin1')
}

type Saving = Extract<Happening, { kind: 'edit' | 'delete' | 'tidy' }>

/** What a person saves or removes. Whatever is not possible just then is left. */
export const save = (machine: Living, act: Saving): void => {
  try {
    switch (act.kind) {
      case 'edit':
        write(machine, fileOf(act.path), act.content)
        return
      case 'delete':
        rmSync(machine.at(fileOf(act.path)), { force: true })
        return
      case 'tidy': {
        const copies = [...filesOf(machine).keys()].filter((path) =>
          path.includes('.sync-conflict-'),
        )
        const copy = copies.toSorted()[0]
        if (copy === undefined || !statSync(machine.at(copy)).isFile()) return
        if (act.content === null) rmSync(machine.at(copy))
        else write(machine, copy, act.content)
        return
      }
      default:
        act satisfies never
    }
  } catch (error) {
    // The daemon moved the file in that moment; a person would shrug and go on.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

/** Another git's lock may be in the way for a moment. */
const abortTries = 100

/** Left to itself, a merge of a person's is waited for without end. */
export const giveUpMerge = async ({ path }: Living): Promise<void> => {
  for (let n = 0; n < abortTries; n += 1) {
    if (tryGit(path, ['rev-parse', '-q', '--verify', 'MERGE_HEAD']).code !== 0) return
    tryGit(path, ['merge', '--abort'])
    await sleep(50)
  }
}

/** What a person does with git, as far as no other git is in the way. */
export const useGit = async (
  machine: Living,
  kind: 'commit-by-hand' | 'pull-by-hand',
): Promise<void> => {
  const { path } = machine
  if (kind === 'commit-by-hand') {
    if (tryGit(path, ['add', '-A']).code === 0) tryGit(path, ['commit', '-q', '-m', 'by hand'])
    return
  }
  if (tryGit(path, ['pull', '-q', '--no-rebase', '--no-edit']).code !== 0)
    await giveUpMerge(machine)
}
