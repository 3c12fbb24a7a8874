import type { Oid } from '../../../actors/outcome.js'
import type { FetchResult, PushResult } from '../../../actors/ports.js'
import { failure, GitFailure, problemOf } from '../../problem/problem.js'
import type { Call } from '../calls.js'
import { openCalls } from '../calls.js'
import { findAgent } from '../ssh/agent-socket.js'
import { endChild, returnChild, takeChild } from './child-pool.js'
import { namePassedOver } from './passed-over.js'
import type { Answer, Job, Question } from './messages.js'
import type { Onlooker, Transport, TransportSettings } from '../port.js'

/** Until a new child is loaded and says its first word, on the slowest machine. */
const startBound = 30_000

type Done = Extract<Answer, { readonly result: Oid | null | FetchResult | PushResult }>

/** One transfer in a child process. A stalled server holds libgit2 for ever, so silence ends in a kill. */
const transfer = (
  job: Job,
  settings: TransportSettings,
  call: Call,
  onlooker: Onlooker,
): Promise<Done> =>
  new Promise((resolve, reject) => {
    const child = takeChild(settings.knownHosts)

    const settle = (outcome: () => void): void => {
      clearTimeout(timer)
      call.end()
      call.signal.removeEventListener('abort', abort)
      child.off('message', hear)
      child.off('exit', lose)
      child.off('error', lose)
      outcome()
    }
    const giveBack = (outcome: () => void): void => {
      returnChild(child, settings.knownHosts)
      settle(outcome)
    }
    const kill = (reason: GitFailure): void => {
      settle(() => {
        endChild(child)
        reject(reason)
      })
    }
    const abort = (): void => {
      kill(new GitFailure(problemOf(call.signal.reason)))
    }
    const stall = (): void => {
      const seconds = String(settings.networkTimeout / 1000)
      kill(failure('timeout', `Nothing was heard from the remote for ${seconds} s`))
    }
    const lose = (): void => {
      giveBack(() => {
        reject(
          failure('network', 'The process that talks to the remote ended', 'It is tried again.'),
        )
      })
    }
    const hear = (answer: Answer): void => {
      switch (answer.type) {
        case 'heard':
          if (answer.progress !== null) onlooker(answer.progress)
          clearTimeout(timer)
          timer = setTimeout(stall, settings.networkTimeout)
          return
        case 'asked':
        case 'fetched':
        case 'pushed':
          giveBack(() => {
            resolve(answer)
          })
          return
        case 'failed':
          giveBack(() => {
            reject(new GitFailure(answer.problem))
          })
          return
        default:
          answer satisfies never
      }
    }
    let timer = setTimeout(stall, Math.max(startBound, settings.networkTimeout))

    child.on('message', hear)
    child.on('exit', lose)
    child.on('error', lose)
    call.signal.addEventListener('abort', abort, { once: true })
    if (call.signal.aborted) abort()
    // A child that is gone tells so by its exit.
    else child.send(job, () => undefined)
  })

/** Through libgit2, in child processes that are shared by all repositories. */
export const openLibgit2Transport = (
  settings: TransportSettings,
  onlooker: Onlooker,
): Transport => {
  const calls = openCalls()
  const { path: cwd, sshKey, knownHosts, credentials } = settings
  const perform = async (job: Question): Promise<Done> => {
    const agent = await findAgent()
    const place = { cwd, sshKey, knownHosts, agent, ...(credentials && { credentials }) }
    const call = calls.begin()
    try {
      return await transfer({ ...job, place }, settings, call, onlooker)
    } catch (error) {
      if (call.signal.aborted || !(error instanceof GitFailure)) throw error
      const operation = job.type === 'ask' || job.type === 'fetch' ? 'fetch' : 'push'
      // What is in the way of looking says less than why the talk failed.
      const told = namePassedOver(error.problem, cwd, job.request, operation)
      throw new GitFailure(await told.catch(() => error.problem))
    }
  }
  const mixedUp = (): GitFailure => failure('unexpected', 'The child answered another question')
  return {
    ask: async (request) => {
      const done = await perform({ type: 'ask', request })
      if (done.type !== 'asked') throw mixedUp()
      return done.result
    },
    fetch: async (request) => {
      const done = await perform({ type: 'fetch', request })
      if (done.type !== 'fetched') throw mixedUp()
      return done.result
    },
    push: async (request) => {
      const done = await perform({ type: 'push', request })
      if (done.type !== 'pushed') throw mixedUp()
      return done.result
    },
    rehearsePush: async (request) => {
      const done = await perform({ type: 'rehearse', request })
      if (done.type !== 'pushed') throw mixedUp()
      return done.result
    },
    close: calls.close,
  }
}
