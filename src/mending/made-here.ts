import { readFile } from 'node:fs/promises'
import type { Oid } from '../actors/outcome.js'
import { journalFolder, journalPlaces } from '../streams/journal.js'

const made = /^\{"type":"(?:CommitCreated|MergeCommitted)".*?"oid":"([0-9a-f]{40})"/

/** The commits that gitsync made of this work tree on this machine, as far back as its journal goes. */
export const madeHere = async (workTree: string): Promise<ReadonlySet<Oid>> => {
  const oids = new Set<Oid>()
  for (const file of journalPlaces(journalFolder(), workTree).slice(1)) {
    const text = await readFile(file, 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      const oid = made.exec(line)?.[1]
      if (oid !== undefined) oids.add(oid)
    }
  }
  return oids
}
