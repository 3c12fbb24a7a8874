import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Chance } from '../simulation/chance.js'
import { temporaryFolder } from './temp-repositories.js'

/** What was asked of a disk, in its order. */
export type Entry =
  | { readonly kind: 'written'; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'flushed' }
  | { readonly kind: 'marked' }

export type Diary = readonly Entry[]

export interface CutDisk {
  /** Where its file system is seen while something acts on it. */
  readonly folder: string
  /** As it is now. */
  mounted<T>(act: () => Promise<T>): Promise<T>
  /** The same with a diary, where `mark` puts a mark. What is cut later begins here. */
  recorded(act: (mark: () => void) => Promise<void>): Promise<Diary>
  /** As it was when the record began, with so many entries of the diary, and then a cut of the power. */
  afterCut<T>(diary: Diary, length: number, chance: Chance, act: () => Promise<T>): Promise<T>
}

const source = fileURLToPath(new URL('cut-disk.c', import.meta.url))

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', input: '', stdio: 'pipe' }).trim()

/** Tries, a tenth of a second apart: what a pass had started may end a moment after it. */
const unmountBound = 50

const unmount = async (folder: string): Promise<void> => {
  for (let n = 1; ; n += 1) {
    try {
      run('umount', folder)
      return
    } catch (error) {
      if (n === unmountBound) throw error
      await sleep(100)
    }
  }
}

const kinds = ['written', 'flushed', 'marked'] as const
const headLength = 24

const parse = (diary: Buffer): Diary => {
  const entries: Entry[] = []
  for (let at = 0; at < diary.length;) {
    const [kind = 0, offset = 0, length = 0] = [0, 8, 16].map((n) =>
      Number(diary.readBigUInt64LE(at + n)),
    )
    const begin = at + headLength
    at = begin + length
    const name = kinds[kind] ?? 'marked'
    entries.push(
      name === 'written'
        ? { kind: name, offset, bytes: diary.subarray(begin, at) }
        : { kind: name },
    )
  }
  return entries
}

/** Bytes that a disk writes as a whole or not at all. */
const sector = 4096

/** What a disk may do to writes that were not flushed: lose them all, keep them all, keep some sectors of some. */
const fates = ['lost', 'kept', 'torn'] as const

const applyCut = (image: string, diary: Diary, length: number, chance: Chance): void => {
  const happened = diary.slice(0, length)
  const sure = happened.findLastIndex(({ kind }) => kind === 'flushed')
  const fate = chance.pick(fates)
  const disk = openSync(image, 'r+')
  for (const [n, entry] of happened.entries()) {
    if (entry.kind !== 'written') continue
    const { offset, bytes } = entry
    if (n <= sure || fate === 'kept') writeSync(disk, bytes, 0, bytes.length, offset)
    else if (fate === 'torn')
      for (let at = 0; at < bytes.length; at += sector)
        if (chance.happens(1 / 2))
          writeSync(disk, bytes, at, Math.min(sector, bytes.length - at), offset + at)
  }
  closeSync(disk)
}

/**
 * A disk with a file system of its own, whose power can be cut at any moment of what happened on it. Null for whoever
 * may not mount one, and where there is no Linux or compiler; that is said, since the test then shows nothing.
 *
 * @param make the program that makes the file system, with its arguments, such as `mkfs.ext4 -q`
 */
export const openCutDisk = (make: string, options: string, mebibytes: number): CutDisk | null => {
  const room = temporaryFolder()
  const at = (name: string): string => join(room, name)
  const [folder, image, before, served] = [at('disk'), at('image'), at('before'), at('served')]
  const server = at('cut-disk')
  const copy = (from: string, to: string): void => {
    run('cp', '--sparse=always', from, to)
  }
  const onLoop = async <T>(file: string, act: () => Promise<T>): Promise<T> => {
    const loop = run('losetup', '--show', '-f', file)
    try {
      run('mount', '-o', options, loop, folder)
      try {
        return await act()
      } finally {
        await unmount(folder)
      }
    } finally {
      run('losetup', '-d', loop)
    }
  }
  mkdirSync(folder)
  writeFileSync(served, '')
  try {
    if (process.platform !== 'linux') throw new Error('There is no FUSE.')
    run('gcc', '-O1', '-Wall', '-Wextra', '-Werror', '-o', server, source)
    run('truncate', '-s', `${String(mebibytes)}M`, image)
    const [program = '', ...args] = make.split(' ')
    run(program, ...args, image)
    run('mount', '-o', `loop,${options}`, image, folder)
    run('umount', folder)
    // Nothing on its standard input: it ends at once, where it could begin.
    run(server, image, served, at('diary'))
  } catch (error) {
    console.warn(`Not shown here: this test needs gcc and the right to mount (${String(error)}).`)
    return null
  }
  return {
    folder,
    mounted: (act) => onLoop(image, act),
    recorded: async (act) => {
      copy(image, before)
      const child = spawn(server, [image, served, at('diary')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      await once(child.stdout, 'data')
      const mark = (): void => {
        child.stdin.write('.')
      }
      try {
        await onLoop(served, () => act(mark))
      } finally {
        child.stdin.end()
        await ended
      }
      return parse(readFileSync(at('diary')))
    },
    afterCut: (diary, length, chance, act) => {
      copy(before, at('cut'))
      applyCut(at('cut'), diary, length, chance)
      return onLoop(at('cut'), act)
    },
  }
}
