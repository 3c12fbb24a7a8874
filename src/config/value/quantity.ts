import { faultRead, valueRead } from './reading.js'
import type { Reading } from './reading.js'

/** A number with a unit, as people write it: `2s`, `1.5h`, `100MB`. */
export interface Quantity {
  /** Each unit in terms of the smallest one, which a bare number counts. From the smallest up. */
  readonly units: Readonly<Record<string, number>>
  readonly noun: string
  readonly smallest: string
  readonly examples: readonly string[]
  readonly atLeast: number
  readonly atMost: number
}

/** The source of a regular expression for its written form, without anchors. */
export const quantityPattern = ({ units }: Quantity): string =>
  `\\d+(?:\\.\\d+)?(?:${Object.keys(units).join('|')})`

/** In the largest unit that divides it: 60000 is `1m`, 1500 is `1500ms`. */
export const renderQuantity = ({ units }: Quantity, amount: number): string => {
  const whole = Object.entries(units).findLast(([, size]) => amount > 0 && amount % size === 0)
  const [unit, size] = whole ?? Object.entries(units)[0] ?? ['', 1]
  return `${String(amount / size)}${unit}`
}

/** What is allowed, bounds included. */
export const allowedQuantity = (quantity: Quantity): string =>
  `${quantity.noun} such as ${quantity.examples.join(', ')} (a bare number counts ${quantity.smallest}), ` +
  `from ${renderQuantity(quantity, quantity.atLeast)} to ${renderQuantity(quantity, quantity.atMost)}`

/** A string with its unit, or a number of the smallest unit; rounded to whole ones. Case matters. */
export const parseQuantity = (quantity: Quantity, value: unknown): Reading<number> => {
  const amount = Math.round(amountOf(quantity, value))
  return amount >= quantity.atLeast && amount <= quantity.atMost
    ? valueRead(amount)
    : faultRead(`must be ${allowedQuantity(quantity)}`)
}

/** NaN, which is within no bounds, where the value is none. */
const amountOf = (quantity: Quantity, value: unknown): number => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return NaN
  if (!new RegExp(`^${quantityPattern(quantity)}$`).test(value)) return NaN
  const unit = value.replace(/^[\d.]+/, '')
  return Number.parseFloat(value) * (quantity.units[unit] ?? NaN)
}
