import { networkInterfaces } from 'node:os'
import type { News } from './retry-on-news.js'

/** By which this machine reaches others, of what is up. */
export const addressesNow = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => address)
      .filter((address) => !/^(?:127\.|::1$)/.test(address)),
  )

/** A network came up in an outage: an address is there that was not before. */
export const networkUp: News<ReadonlySet<string>> = {
  while: 'offline',
  look: addressesNow,
  isNews: (before, now) => [...now].some((address) => !before.has(address)),
}
