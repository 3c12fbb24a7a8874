import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { failure } from '../problem/problem.js'
import type { GitFailure } from '../problem/problem.js'
import type { Content, Secret } from './secret.js'

/** Compiled in either case: a thread of the test runner knows no TypeScript. */
const script = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/git/guard/scan.js' : './scan.js',
    import.meta.url,
  ),
)

/** Milliseconds without work after which the thread is let go, with the memory it holds. */
const idleBound = 30_000

/** Milliseconds for one answer; the rules are linear, so that the largest text takes some seconds. */
const patience = 60_000

const again = 'It is tried again; to go on without it, set guard to off.'

const tooSlow = (): GitFailure =>
  failure('timeout', 'The guard for secrets has given no answer for a minute.', again)

/** Without the words of the error, which may be those of a file. */
const broken = (error: unknown): GitFailure => {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  return failure(
    'unexpected',
    `The guard for secrets does not run${code}.`,
    'Install gitsync anew, or set guard to off.',
  )
}

type Found = readonly (readonly Secret[])[]

interface Thread {
  ask(contents: readonly Content[]): Promise<Found>
}

let thread: Thread | null = null

/** A thread that is alive while it is asked or for a while after; it keeps no program from its end. */
const startThread = (): Thread => {
  const worker = new Worker(script, { execArgv: [] })
  const waiting: { tell(found: Found): void; fail(reason: GitFailure): void }[] = []
  let timer: NodeJS.Timeout | undefined

  const end = (reason: GitFailure): void => {
    clearTimeout(timer)
    if (thread === own) thread = null
    void worker.terminate()
    for (const one of waiting.splice(0)) one.fail(reason)
  }

  /** After each answer and each question: for the next answer, or for another question. */
  const wind = (): void => {
    clearTimeout(timer)
    const isIdle = waiting.length === 0
    timer = setTimeout(
      () => {
        end(tooSlow())
      },
      isIdle ? idleBound : patience,
    )
    if (isIdle) {
      timer.unref()
      worker.unref()
    } else worker.ref()
  }

  worker.on('message', (found: Found) => {
    const first = waiting.shift()
    wind()
    first?.tell(found)
  })
  worker.on('error', (error) => {
    end(broken(error))
  })
  worker.on('exit', () => {
    end(broken(null))
  })

  const own: Thread = {
    ask: (contents) =>
      new Promise((tell, fail) => {
        waiting.push({ tell, fail })
        worker.postMessage(contents)
        wind()
      }),
  }
  return own
}

/**
 * The secrets in each of these. One thread for all repositories, started when it is first asked: neither the start of
 * the program nor a look that finds nothing new waits for it. @throws GitFailure
 */
export const scan = (contents: readonly Content[]): Promise<Found> =>
  (thread ??= startThread()).ask(contents)
