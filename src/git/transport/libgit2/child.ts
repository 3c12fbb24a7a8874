import { rmSync } from 'node:fs'
import type { TransferProgress } from '../../../actors/ports.js'
import { problemOf } from '../../problem/problem.js'
import { endAll } from '../../program/git-program.js'
import type * as Transfers from './libgit2-transfer.js'
import type { Answer, Job } from './messages.js'

/** Often enough for the shortest sensible networkTimeout, seldom enough to cost nothing. */
const heardEvery = 100

const say = (answer: Answer): void => {
  process.send?.(answer)
}

const spoke = { at: 0 }

const heard = (progress: TransferProgress | null): void => {
  const now = Date.now()
  if (now - spoke.at < heardEvery) return
  spoke.at = now
  say({ type: 'heard', progress })
}

/** libgit2 looks for known_hosts and its settings under the home that it sees when it loads; everything else keeps the real one. */
const loadTransfers = async (): Promise<typeof Transfers> => {
  const home = process.env.HOME
  const stage = process.argv[2]
  if (stage === undefined) return import('./libgit2-transfer.js')
  process.env.HOME = stage
  // The parent does so after a kill; here it is for the parent that ends first.
  process.on('exit', () => {
    rmSync(stage, { recursive: true, force: true })
  })
  const transfers = await import('./libgit2-transfer.js')
  process.env.HOME = home
  return transfers
}

const transfers = loadTransfers()

const perform = async (job: Job): Promise<Answer> => {
  const { askBranch, fetchBranch, pushCommit, rehearsePush } = await transfers
  const surroundings = { ...job.place, heard }
  // Where libssh2 looks for it; the next job may have another one, or none.
  if (job.place.agent === null) delete process.env.SSH_AUTH_SOCK
  else process.env.SSH_AUTH_SOCK = job.place.agent
  say({ type: 'heard', progress: null })
  switch (job.type) {
    case 'ask':
      return { type: 'asked', result: await askBranch(job.request, surroundings) }
    case 'fetch':
      return { type: 'fetched', result: await fetchBranch(job.request, surroundings) }
    case 'push':
      return { type: 'pushed', result: await pushCommit(job.request, surroundings) }
    case 'rehearse':
      return { type: 'pushed', result: await rehearsePush(job.request, surroundings) }
    default:
      return job satisfies never
  }
}

const isJob = (message: unknown): message is Job =>
  typeof message === 'object' && message !== null && 'type' in message && 'request' in message

process.on('message', (message) => {
  if (!isJob(message)) return
  perform(message).then(say, (error: unknown) => {
    say({ type: 'failed', problem: problemOf(error) })
  })
})

// Without a parent there is nobody to work for; a stalled transfer would keep the process alive, and a helper that never
// answers itself.
process.on('disconnect', () => {
  endAll()
  process.exit()
})
