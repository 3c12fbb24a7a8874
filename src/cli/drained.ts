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

/** Whoever reads our output may leave, as `head` does: that is no fault of ours. A full disk is one. */
export const leaveWithReaders = (): void => {
  for (const output of outputs)
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCode.well)
      if (output === process.stdout)
        process.stderr.write(`gitsync: the output cannot be written: ${error.message}\n`)
      process.exit(exitCode.person)
    })
}
