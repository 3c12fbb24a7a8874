import { git } from './temp-repositories.js'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** How much: `BULK_FILES=100000 BULK_MB=300 npx vitest run --project faults spec/e2e/bulk.faults.spec.ts`. */
export const bulk = {
  files: Number(process.env.BULK_FILES ?? 5_000),
  megabytes: Number(process.env.BULK_MB ?? 50),
} as const

const mebibyte = 2 ** 20

/** Where one of many files lies. */
export const pathOf = (n: number): string => `many/${String(n % 100)}/${String(n)}.txt`

/** Nothing that could be made smaller, in a file whose size is given in mebibytes. */
export const writeBlob = (file: string, megabytes: number): void => {
  const handle = openSync(file, 'w')
  const bytes = randomBytes(mebibyte)
  for (let n = 0; n < megabytes; n += 1) {
    bytes.writeUInt32BE(n)
    writeSync(handle, bytes)
  }
  closeSync(handle)
}

export const writeMany = (folder: string, count: number, content: (n: number) => string): void => {
  for (let n = 0; n < Math.min(count, 100); n += 1)
    mkdirSync(join(folder, 'many', String(n)), { recursive: true })
  for (let n = 0; n < count; n += 1) writeFileSync(join(folder, pathOf(n)), content(n))
}

/** What the work tree has at each path of the tree, hashed by git, against what the tree says. */
export const differencesIn = (folder: string): readonly string[] => {
  const entries = git(folder, ['ls-tree', '-r', '--format=%(objectname) %(path)', 'HEAD']).split(
    '\n',
  )
  const paths = entries.map((entry) => entry.slice(41))
  const input = `${paths.join('\n')}\n`
  const hashes = git(folder, ['hash-object', '--no-filters', '--stdin-paths'], { input }).split(
    '\n',
  )
  const found = hashes.map((hash, n) => `${hash} ${paths[n] ?? ''}`)
  const known = new Set(paths)
  const others = execFileSync(
    'find',
    ['.', '-name', '.git', '-prune', '-o', '-type', 'f', '-print'],
    {
      cwd: folder,
      maxBuffer: 2 ** 28,
    },
  )
    .toString()
    .split('\n')
    .filter((path) => path !== '' && !known.has(path.slice(2)))
  return [...found.filter((entry, n) => entry !== entries[n]), ...others]
}

const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${String(pid)}/status`, 'latin1')
  } catch {
    return ''
  }
}

const numberIn = (status: string, key: string): number =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)

/** Peak of the memory of a process, and of the processes that it starts, in mebibytes. */
export interface Peaks {
  readonly own: number
  readonly others: number
}

/** Milliseconds between two looks. */
const pause = 100

/** Watches a process until it ends. */
export const watchMemory = (pid: number): (() => Peaks) => {
  const peaks = { own: 0, others: 0 }
  const look = (): void => {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), status: statusOf(Number(name)) }))
    const parents = new Map(all.map((one) => [one.pid, numberIn(one.status, 'PPid')]))
    const isBelow = (child: number): boolean => {
      const parent = parents.get(child) ?? 0
      return parent === pid || (parent > 1 && isBelow(parent))
    }
    for (const one of all) {
      const peak = numberIn(one.status, 'VmHWM') / 1024
      if (one.pid === pid) peaks.own = Math.max(peaks.own, peak)
      else if (isBelow(one.pid)) peaks.others = Math.max(peaks.others, peak)
    }
  }
  const timer = setInterval(look, pause)
  return () => {
    look()
    clearInterval(timer)
    return { own: Math.round(peaks.own), others: Math.round(peaks.others) }
  }
}
