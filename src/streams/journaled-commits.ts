import { readFile } from 'node:fs/promises'
import type { Oid } from '../actors/outcome.js'
import { journalFiles } from './journal.js'

/** What an outcome made: the name of one commit, or of several. */
const made = '.*?"oids?":(\\[.*?\\]|"[0-9a-f]{40}")'

const oidsIn = (text: string, outcome: RegExp): readonly Oid[] =>
  text.split('\n').flatMap((line) => outcome.exec(line)?.[1]?.match(/[0-9a-f]{40}/g) ?? [])

const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '')

/** The commits that gitsync made of this work tree on this machine, as far back as its journal goes. */
export const committedHere = async (
  folder: string,
  workTree: string,
): Promise<ReadonlySet<Oid>> => {
  const outcome = new RegExp(`^\\{"type":"(?:CommitCreated|MergeCommitted|CommitsSquashed)"${made}`)
  const texts = await Promise.all(journalFiles(folder, workTree).map(read))
  return new Set(texts.flatMap((text) => oidsIn(text, outcome)))
}

const ours = new RegExp(`^\\{"type":"(?:CommitCreated|CommitsSquashed)"${made}`)

const pushed = '\n{"type":"Pushed"'

/** What follows the commit that was pushed last: some may have been made while it was on its way. */
const sinceLastPush = (text: string, push: number): string => {
  const line = text.slice(push + 1, (text + '\n').indexOf('\n', push + 1))
  const to = /"to":"([0-9a-f]{40})"/.exec(line)?.[1]
  const before = text.slice(Math.max(0, text.lastIndexOf(pushed, push - 1)), push)
  const at = to === undefined ? -1 : before.lastIndexOf(`"${to}"`)
  const meanwhile = at === -1 ? '' : before.slice(before.indexOf('\n', at))
  return meanwhile + text.slice(push)
}

/**
 * The commits that gitsync made here by itself since what was pushed last: what it brought in may be a person's, and what
 * is older may be pushed though the remote has lost it since.
 */
export const committedSincePush = async (
  folder: string,
  workTree: string,
): Promise<ReadonlySet<Oid>> => {
  const oids = new Set<Oid>()
  for (const file of journalFiles(folder, workTree)) {
    const text = `\n${await read(file)}`
    const push = text.lastIndexOf(pushed)
    for (const oid of oidsIn(push === -1 ? text : sinceLastPush(text, push), ours)) oids.add(oid)
    if (push !== -1) break
  }
  return oids
}
