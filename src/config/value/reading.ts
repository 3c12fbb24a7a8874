/** What came of reading one value: the value, or the words for what is allowed instead. */
export type Reading<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'fault'; readonly message: string }

export const valueRead = <Value>(value: Value): Reading<Value> => ({ kind: 'value', value })
export const faultRead = (message: string): Reading<never> => ({ kind: 'fault', message })
