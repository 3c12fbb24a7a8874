/*
 * To be imported before anything else: a package that is loaded later catches signals and is made to let go of them,
 * and a signal that comes in between would be nobody's.
 */

/** Nothing has begun yet, so there is nothing to settle. */
const end = (_signal: NodeJS.Signals, number: number): void => {
  process.exit(128 + number)
}

process.on('SIGINT', end)
process.on('SIGTERM', end)

/** From now on somebody else hears of SIGINT and SIGTERM. */
export const handOverSignals = (): void => {
  process.off('SIGINT', end)
  process.off('SIGTERM', end)
}
