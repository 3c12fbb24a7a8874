/*
 * To be imported before anything else: a package that is loaded later catches signals and is made to let go of them,
 * and a signal that comes in between would be nobody's.
 */

/** Nothing has begun yet, so there is nothing to settle: a command that may end like this has set its exit code. */
const end = (_signal: NodeJS.Signals, number: number): void => {
  process.exit(process.exitCode ?? 128 + number)
}

/** To `run` it is a wish for a look at everything, which is about to come. */
const leaveToTheStart = (): void => undefined

const early = [
  ['SIGINT', end],
  ['SIGTERM', end],
  ['SIGHUP', leaveToTheStart],
] as const

for (const [signal, hear] of early) process.on(signal, hear)

/** Whether somebody else hears of signals, and so ends what is under way in good order. */
export const areHandedOver = (): boolean => {
  const heard: readonly unknown[] = process.listeners('SIGTERM')
  return !heard.includes(end)
}

/** From now on somebody else hears of them. */
export const handOverSignals = (): void => {
  for (const [signal, hear] of early) process.off(signal, hear)
  process.off('SIGHUP', end)
}

/** For what does not go on without its terminal: one that is closed ends it. */
export const endOnHangUp = (): void => {
  process.on('SIGHUP', end)
}

/**
 * The first signal ends what is under way at the next step, rather than the process at once; the second does. The
 * listener stays: log-update takes a signal that nobody else listens to for the end of the process.
 */
export const abortOnSignal = (): AbortSignal => {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, (name: NodeJS.Signals, number: number) => {
      // A terminal that is closed says so more than once, and nobody is impatient.
      if (stop.signal.aborted && name !== 'SIGHUP') process.exit(128 + number)
      stop.abort()
    })
  handOverSignals()
  return stop.signal
}
