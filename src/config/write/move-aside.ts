import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { configPlace, stagedPlace } from '../file/locate.js'
import type { Machine } from '../machine.js'
import { replaceFile } from './replace-file.js'

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }))
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev
}

/** The first free name; a run that was killed may have given the file its second name already. */
const backupOf = (file: string): string => {
  const names = [`${file}.ini`, ...Array.from({ length: 98 }, (_, n) => `${file}.${n + 2}.ini`)]
  const free = names.find((name) => isSame(file, name) || !existsSync(name))
  if (free === undefined) throw new Error(`every name for a copy of ${file} is taken`)
  return free
}

/** Where the new config waits for its folder, it gets there. */
export const finishMove = (machine: Machine): void => {
  const [from, to] = [stagedPlace(machine), configPlace(machine)].map((file) => dirname(file))
  if (from === undefined || to === undefined) return
  if (existsSync(stagedPlace(machine)) && !existsSync(to)) renameSync(from, to)
}

/**
 * The INI of the Python gitsync is a file where the folder of the config has to be. The new form is written beside it,
 * the file gets another name, and the folder takes its place: a kill in between leaves one of the two to be read.
 *
 * @returns where the old file is now
 */
export const moveAside = (legacy: string, text: string, machine: Machine): string => {
  const place = configPlace(machine)
  const isInTheWay = dirname(place) === legacy
  replaceFile(isInTheWay ? stagedPlace(machine) : place, text)
  const backup = backupOf(legacy)
  if (!isSame(legacy, backup)) linkSync(legacy, backup)
  rmSync(legacy)
  if (isInTheWay) finishMove(machine)
  return backup
}
