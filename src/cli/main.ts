#!/usr/bin/env node
import './early-signals.js'
import './hide-arguments.js'
import { CommanderError } from 'commander'
import { ConfigError } from '../config/config-error.js'
import { redact } from '../redact.js'
import { drained, leaveWithReaders } from './drained.js'
import type { ExitCode } from './exit-code.js'
import { exitCode } from './exit-code.js'
import { withOwnVersion } from './own-version.js'
import { programOf } from './program.js'

/** Milliseconds that handles of libraries get to close by themselves once the work is over. */
const grace = 2_000

const codeOfError = (error: unknown): ExitCode => {
  // Commander has printed its help, its version or its complaint already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.well : exitCode.usage
  const text =
    error instanceof ConfigError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  process.stderr.write(`gitsync: ${redact(text)}\n`)
  return error instanceof ConfigError ? exitCode.usage : exitCode.person
}

leaveWithReaders()

const finish = (code: ExitCode): void => {
  process.exitCode = code
  void drained().then(() => setTimeout(() => process.exit(code), grace).unref())
}

/** Much of Node fails there, and a relative path means nothing. @throws ConfigError */
const refuseRemovedFolder = (): void => {
  try {
    process.cwd()
  } catch {
    const message = 'was removed; go to another one (cd) and say it again'
    throw new ConfigError([{ key: 'The folder that you are in', value: undefined, message }])
  }
}

try {
  refuseRemovedFolder()
  const args = withOwnVersion(process.argv.slice(2))
  const program = await programOf(args, finish)
  await program.parseAsync([...args], { from: 'user' })
} catch (error) {
  finish(codeOfError(error))
}
