// Goes on with a journal in a process of its own, to be killed; notes each seq that it was told is written.
// usage: node journal-child.mjs DIST FOLDER REPO COUNT NOTES
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , dist, folder, repo, count, notes] = process.argv
const { openJournal } = await import(pathToFileURL(join(dist, 'streams/journal.js')).href)

const trouble = (message) => {
  throw new Error(message)
}
const journal = openJournal(folder, repo, trouble)
for (let n = 1; n <= Number(count); n += 1) {
  const seq = journal.lastSeq + n
  journal.append([{ type: 'Resumed', repo, at: '2026-01-02T03:04:05.678Z', seq }])
  appendFileSync(notes, `${seq}\n`)
}
