import type { SyncOutcome } from '../actors/outcome.js'
import type { Journal } from '../actors/ports.js'

/** Who syncs this work tree, as far as is known: us, another gitsync, or nobody has looked yet. */
export type Ownership = 'ours' | 'theirs' | 'unknown'

/**
 * A journal has one writer, or its `seq` would be given twice. What happens before it is known whose the work
 * tree is waits in memory; a gitsync that was refused writes nothing, and reads on where the other ended once
 * it takes over.
 */
export const ownedJournal = (open: () => Journal, ownership: () => Ownership): Journal => {
  let journal: Journal | null = open()
  const waiting: SyncOutcome[] = []
  const current = (): Journal => (journal ??= open())
  return {
    get lastSeq() {
      return ownership() === 'theirs' ? 0 : current().lastSeq
    },
    append: (outcomes) => {
      waiting.push(...outcomes)
      const owner = ownership()
      switch (owner) {
        case 'unknown':
          return
        case 'theirs':
          waiting.length = 0
          journal = null
          return
        case 'ours':
          current().append(waiting.splice(0))
          return
        default:
          return owner satisfies never
      }
    },
  }
}
