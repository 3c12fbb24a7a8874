import { readFile } from 'node:fs/promises'
import type { Oid } from '../actors/outcome.js'
import { journalFiles, journalFolder } from '../streams/journal.js'

const oidsIn = async (
  folder: string,
  workTree: string,
  made: RegExp,
): Promise<ReadonlySet<Oid>> => {
  const oids = new Set<Oid>()
  for (const file of journalFiles(folder, workTree)) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const line of text.split('\n'))
      for (const oid of made.exec(line)?.[1]?.match(/[0-9a-f]{40}/g) ?? []) oids.add(oid)
  }
  return oids
}

/** The commits that gitsync made of this work tree on this machine, as far back as its journal goes. */
export const madeHere = (workTree: string): Promise<ReadonlySet<Oid>> =>
  oidsIn(
    journalFolder(),
    workTree,
    /^\{"type":"(?:CommitCreated|MergeCommitted|CommitsSquashed)".*?"oids?":(\[.*?\]|"[0-9a-f]{40}")/,
  )

/** Those of them that are gitsync's alone: what is brought in may be a person's. */
export const committedHere = (folder: string, workTree: string): Promise<ReadonlySet<Oid>> =>
  oidsIn(
    folder,
    workTree,
    /^\{"type":"(?:CommitCreated|CommitsSquashed)".*?"oids?":(\[.*?\]|"[0-9a-f]{40}")/,
  )
