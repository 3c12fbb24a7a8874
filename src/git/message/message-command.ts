import { spawn } from 'node:child_process'
import { homedir } from 'node:os'

/** Milliseconds that the program gets, and bytes that a message can have. */
export const wordBounds = { time: 10_000, message: 64 * 1024 } as const

export type Wording =
  | { readonly kind: 'message'; readonly text: string }
  /** Why there is none, in words that end the sentence "messageCommand …". */
  | { readonly kind: 'none'; readonly reason: string }

/** What it said last, for a person to find out why. */
const lastLine = (text: string): string => {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line.slice(0, 200)}`
}

const wordingOf = (code: number | null, stdout: string, stderr: string): Wording => {
  if (code !== 0)
    return { kind: 'none', reason: `ended with ${String(code ?? 'a signal')}${lastLine(stderr)}` }
  const text = stdout.replaceAll('\0', '').replaceAll('\r\n', '\n').trim()
  return text === '' ? { kind: 'none', reason: 'printed nothing' } : { kind: 'message', text }
}

/**
 * Lets a program of the user's word the message. It comes from the configuration alone, and starts in the home folder,
 * so that nothing of the repository is run by a relative name. It and its children are ended when the time is over.
 *
 * @param time milliseconds
 */
export const wordByCommand = (
  command: string,
  stdin: Buffer,
  env: NodeJS.ProcessEnv,
  time: number = wordBounds.time,
): Promise<Wording> =>
  new Promise((resolve) => {
    const grouped = process.platform !== 'win32'
    const child = spawn(command, {
      shell: true,
      cwd: homedir(),
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: grouped,
      windowsHide: true,
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let size = 0
    const giveUp = (reason: string): void => {
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It has ended by itself, which is what was wanted.
      }
      child.stdout.destroy()
      child.stderr.destroy()
      resolve({ kind: 'none', reason })
    }
    const late = setTimeout(() => {
      giveUp(`took longer than ${String(time / 1000)} s`)
    }, time)
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > wordBounds.message)
        giveUp(`printed more than ${String(wordBounds.message / 1024)} KB`)
      else stdout.push(piece)
    })
    child.stderr.on('data', (piece: Buffer) => {
      if (stderr.length < 64) stderr.push(piece)
    })
    child.on('error', (error) => {
      clearTimeout(late)
      resolve({ kind: 'none', reason: `could not be started: ${error.message}` })
    })
    child.on('close', (code) => {
      clearTimeout(late)
      resolve(wordingOf(code, Buffer.concat(stdout).toString(), Buffer.concat(stderr).toString()))
    })
    // It need not read what it is given.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
