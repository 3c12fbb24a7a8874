import { redact } from '../redact.js'

/** An address may have a password in it, and arguments are for everybody on the machine to read while a process runs. */
if (process.argv.some((argument) => redact(argument) !== argument)) process.title = 'gitsync'
