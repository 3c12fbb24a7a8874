import { areHandedOver } from './early-signals.js'
import { exitCode } from './exit-code.js'

const outputs = [process.stdout, process.stderr] as const

/** Resolves when all that was printed is taken. A pager may take its time, as with any other program. */
export const drained = async (): Promise<void> => {
  await Promise.all(
    outputs.map(
      (output) =>
        new Promise<void>((resolve) => {
          output.write('', () => {
            resolve()
          })
        }),
    ),
  )
}

/** What is under way ends as by a signal, once what is saved is pushed, and with the exit code of how it stands then. */
const leave = (): void => {
  if (!areHandedOver()) process.exit(exitCode.well)
  process.emit('SIGTERM', 'SIGTERM')
}

/** Whoever reads our output may leave, as `head` does: that is no fault of ours. A full disk is one, but no log ends a sync. */
export const leaveWithReaders = (): void => {
  let isLeft = false
  for (const output of outputs)
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') {
        // Each write that follows says so again, and a second signal would be impatient.
        if (!isLeft) leave()
        isLeft = true
        return
      }
      if (output === process.stderr) return
      process.stderr.write(`gitsync: the output cannot be written: ${error.message}\n`)
      process.exit(exitCode.person)
    })
}
