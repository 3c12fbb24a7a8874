import { parseQuantity, renderQuantity } from './quantity.js'
import type { Quantity } from './quantity.js'
import type { Reading } from './reading.js'

/** Bytes. Units are decimal, as disks and hosting services count: 1KB is 1000 bytes, 1MB 10^6, 1GB 10^9. */
export const size: Quantity = {
  units: { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 },
  noun: 'a size',
  smallest: 'bytes',
  examples: ['500KB', '100MB', '1GB'],
  // A limit of nothing would hold every file back.
  atLeast: 1,
  atMost: 1e12,
}

export const parseSize = (value: unknown): Reading<number> => parseQuantity(size, value)

export const renderSize = (bytes: number): string => renderQuantity(size, bytes)
