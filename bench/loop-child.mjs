import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createSyncPipeline } from '../dist/index.js'
import { fileAt } from './repository.mjs'

/*
 * A program that uses the library: it starts on a repository, saves some edits, and prints how late its own timers
 * were meanwhile, in milliseconds. usage: node loop-child.mjs FOLDER SIZE EDITS
 */

const [, , folder, size, edits] = process.argv
const repos = [{ path: folder, debounce: '50ms', fetchInterval: 'off', push: false }]
/** Milliseconds between two looks of the monitor. */
const resolution = 5
const delay = monitorEventLoopDelay({ resolution })
const left = { edits: Number(edits) }

const next = () => {
  if (left.edits === 0) {
    delay.disable()
    console.log(delay.percentile(99) / 1e6 - resolution)
    process.exit()
  }
  left.edits -= 1
  return appendFile(join(folder, fileAt((left.edits * 131) % Number(size))), 'Edit\n')
}

delay.enable()
createSyncPipeline({ repos }).subscribe(({ type }) => {
  if (type === 'WatchStarted' || type === 'CommitCreated') setTimeout(next, 50)
})
