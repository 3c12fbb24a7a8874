/** What is over sooner is not worth a line. */
const leastMs = 500

const erase = '\r\u001b[K'

export interface WaitingLine {
  /** Says so, unless something else is said soon. */
  readonly show: (text: string) => void
  readonly clear: () => void
}

/** A last line that gives way to what is told: whoever looks on is not left before an empty screen. */
export const openWaitingLine = (terminal: Pick<NodeJS.WriteStream, 'write'>): WaitingLine => {
  let isShown = false
  let due: NodeJS.Timeout | undefined
  const clear = (): void => {
    clearTimeout(due)
    if (isShown) terminal.write(erase)
    isShown = false
  }
  return {
    clear,
    show: (text) => {
      clear()
      due = setTimeout(() => {
        terminal.write(erase + text)
        isShown = true
      }, leastMs)
    },
  }
}

export const noWaitingLine: WaitingLine = { show: () => undefined, clear: () => undefined }
