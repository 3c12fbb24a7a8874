/** As one word of a shell's command, whatever is in it. */
export const shellWord = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** The same, as it stands where a shell takes it for one word anyway. */
export const plainWord = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : shellWord(word)
