import { constants } from 'node:os'

type Listener = (...args: unknown[]) => void

const names = ['exit', ...Object.keys(constants.signals)]

const listenersOf = (name: string): readonly Listener[] => process.rawListeners(name) as Listener[]

/** What listened to the end of the process when this module was loaded. */
const before = new Map(names.map((name) => [name, new Set(listenersOf(name))]))

/**
 * Takes off what packages loaded since then listen with. Conf brings a package that, on a signal, sends the same
 * signal again: one Ctrl-C would count as two, and stop in the middle of a cycle.
 */
export const dropNewListeners = (): void => {
  for (const name of names)
    for (const listener of listenersOf(name))
      if (before.get(name)?.has(listener) !== true) process.off(name, listener)
}
