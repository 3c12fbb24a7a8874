import { connect } from 'node:net'

/** Milliseconds; an agent answers at once, one that is asleep hides none that is not. */
const patience = 500

/** SSH_AGENTC_REQUEST_IDENTITIES as a message: its length, and its type. */
const question = Buffer.from([0, 0, 0, 1, 11])

/** SSH_AGENT_IDENTITIES_ANSWER, which its length stands before, and the number of keys after. */
const answer = { type: 12, typeAt: 4, countAt: 5, size: 9 } as const

/**
 * How many keys the agent at a socket has; null where nobody answers there.
 *
 * The messages: draft-miller-ssh-agent, sections 3 and 4.4.
 */
export const keysOf = (socket: string): Promise<number | null> =>
  new Promise((resolve) => {
    const talk = connect(socket)
    let heard = Buffer.alloc(0)
    const end = (keys: number | null): void => {
      talk.destroy()
      resolve(keys)
    }
    talk.setTimeout(patience, () => {
      end(null)
    })
    talk.on('error', () => {
      end(null)
    })
    talk.on('close', () => {
      end(null)
    })
    talk.on('data', (piece: Buffer) => {
      heard = Buffer.concat([heard, piece])
      if (heard.length < answer.size) return
      end(heard[answer.typeAt] === answer.type ? heard.readUInt32BE(answer.countAt) : null)
    })
    talk.write(question)
  })
