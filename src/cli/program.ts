import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addCompletion } from './completion/completion.js'
import { addClone } from './clone.js'
import { addConfig } from './config.js'
import { addConflicts } from './conflicts.js'
import { addDemo } from './demo.js'
import { addDoctor } from './doctor.js'
import type { ExitCode } from './exit-code.js'
import { addGlobalOptions } from './global-options.js'
import { addLog } from './log.js'
import { addMan } from './man.js'
import { addInit } from './init.js'
import { addOnce } from './once.js'
import { addPause } from './pause.js'
import { addResume } from './resume.js'
import { addRun } from './run.js'
import { addStatus } from './status.js'
import { addSync } from './sync.js'
import { addService } from './service.js'
import { addHistory } from './history.js'
import { addResolve } from './resolve.js'
import { addRestore } from './restore.js'
import { addUndo } from './undo.js'
import { explainUsage } from './usage.js'

const versionOf = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null && 'version' in value
    ? String(value.version)
    : 'unknown'
}

/** The whole command line. @param done is told with what the program is to exit */
export const programOf = (done: (code: ExitCode) => void): Command => {
  const program = addGlobalOptions(new Command('gitsync'))
    .description('Keeps git repositories in sync: commits, fetches, merges and pushes by itself.')
    .version(versionOf(), '--version')
    .showSuggestionAfterError()
    .exitOverride()
  addRun(program, done)
  addOnce(program, done)
  addStatus(program, done)
  addLog(program, done)
  addSync(program, done)
  addPause(program, done)
  addResume(program, done)
  addInit(program, done)
  addClone(program, done)
  addConflicts(program, done)
  addResolve(program, done)
  addHistory(program, done)
  addRestore(program, done)
  addUndo(program, done)
  addDoctor(program, done)
  addConfig(program)
  addService(program, done)
  addDemo(program, done)
  addCompletion(program)
  addMan(program)
  explainUsage(program)
  return program
}
