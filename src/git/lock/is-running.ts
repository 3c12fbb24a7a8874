import { hasCode } from '../problem/error-code.js'

/** Whether there is a process of this number, of whichever user. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}
