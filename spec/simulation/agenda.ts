interface Entry {
  readonly at: number
  readonly turn: number
  readonly act: () => void
}

/** What is to come in virtual time, in order; what is due at the same time comes as it was entered. */
export interface Agenda {
  readonly now: number
  in(milliseconds: number, act: () => void): void
  /** Lets everything come that is due up to this time, and then it is that time. */
  runUntil(time: number): void
}

/** A binary heap. */
export const newAgenda = (): Agenda => {
  const heap: Entry[] = []
  let now = 0
  let turns = 0

  const isBefore = (a: Entry, b: Entry): boolean =>
    a.at < b.at || (a.at === b.at && a.turn < b.turn)

  const enter = (entry: Entry): void => {
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || isBefore(parent, entry)) break
      heap[place] = parent
      place = above
    }
    heap[place] = entry
  }

  /** Puts an entry in the place of the first, and that in its own. */
  const sink = (entry: Entry): void => {
    let place = 0
    for (;;) {
      const left = heap[2 * place + 1]
      const right = heap[2 * place + 2]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || isBefore(entry, child)) break
      heap[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    heap[place] = entry
  }

  return {
    get now() {
      return now
    },
    in: (milliseconds, act) => {
      enter({ at: now + milliseconds, turn: (turns += 1), act })
    },
    runUntil: (time) => {
      for (let first = heap[0]; first !== undefined && first.at <= time; first = heap[0]) {
        const last = heap.pop()
        if (last !== undefined && heap.length > 0) sink(last)
        now = first.at
        first.act()
      }
      now = time
    },
  }
}
