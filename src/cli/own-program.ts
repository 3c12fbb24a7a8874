import { fileURLToPath } from 'node:url'

/** What is started as gitsync: beside this file, and in the bundle too. */
export const ownProgram = fileURLToPath(new URL('./main.js', import.meta.url))
