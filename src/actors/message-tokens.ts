/** What a commit message template may name in double braces. */
export const messageTokens = [
  'summary',
  'host',
  'user',
  'date',
  'branch',
  'count',
  'added',
  'modified',
  'deleted',
  'files',
] as const

export type MessageToken = (typeof messageTokens)[number]
