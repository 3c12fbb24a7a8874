/** A fault that has a remedy: its message is all that a person needs, so no stack is shown. */
export class Fault extends Error {}

export const fail = (message) => {
  throw new Fault(message)
}

export const say = (message) => {
  console.error(`setup: ${message}`)
}

const secondsBetweenLines = 15

/** Shows `describe()` until it is told to stop: one line kept fresh on a terminal, else a plain line now and then. */
export const showProgress = (describe) => {
  const { isTTY } = process.stderr
  const started = Date.now()
  const line = () => `setup: ${describe()}, ${Math.round((Date.now() - started) / 1000)} s`
  const show = () => process.stderr.write(isTTY ? `\r\x1b[K${line()}` : `${line()}\n`)
  const timer = setInterval(show, isTTY ? 1000 : secondsBetweenLines * 1000)
  return () => {
    clearInterval(timer)
    process.stderr.write(isTTY ? `\r\x1b[K${line()}\n` : `${line()}\n`)
  }
}
