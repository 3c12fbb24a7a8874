import { basename } from 'node:path'
import { createLogger, format, transports } from 'winston'
import type { SyncOutcome } from '../../actors/outcome.js'
import type { Level } from './wording.js'
import { openWording } from './wording.js'
import { printable } from '../../printable.js'
import { redact } from '../../redact.js'

export interface LogOptions {
  readonly level: Level
  /** Also written here, one JSON object a line, its time in UTC. */
  readonly file: string | null
  readonly colour: 'always' | 'never'
}

export interface Log {
  outcome(outcome: SyncOutcome): void
  say(level: Level, text: string): void
}

/** `HH:MM:SS` on the clock of whoever reads it. */
const localTime = (timestamp: string): string => new Date(timestamp).toTimeString().slice(0, 8)

/** Lines for people go to standard error: standard output belongs to `--json`. */
export const openLog = ({ level, file, colour }: LogOptions): Log => {
  const line = format.printf(({ level: shown, message, timestamp, repo }) => {
    const time = localTime(String(timestamp))
    const where = typeof repo === 'string' ? `${basename(repo)}: ` : ''
    return `${time} ${shown} ${printable(`${where}${String(message)}`)}`
  })
  const painted = colour === 'always' ? [format.colorize({ level: true })] : []
  const logger = createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: format.timestamp(),
  })
  logger.add(
    new transports.Console({
      stderrLevels: ['error', 'warn', 'info', 'debug'],
      format: format.combine(...painted, line),
    }),
  )
  if (file !== null) {
    const toFile = new transports.File({ filename: file, format: format.json() })
    // A disk that fills up must not end a sync: the lines for people go on.
    toFile.once('error', (error: Error) => {
      logger.remove(toFile)
      logger.log('warn', `the log file cannot be written any more: ${error.message}`)
    })
    logger.add(toFile)
  }
  const wordingOf = openWording()
  return {
    outcome: (outcome) => {
      const { level: shown, text } = wordingOf(outcome)
      logger.log(shown, text, { repo: outcome.repo })
    },
    say: (shown, text) => {
      logger.log(shown, redact(text))
    },
  }
}
