import { lstatSync, readlinkSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, basename, join, parse, resolve, sep } from 'node:path'

/** A name in a folder that is there. */
export interface WatchPoint {
  readonly folder: string
  readonly name: string
}

/** As many links as the kernel follows. */
const mostLinks = 40

const look = (path: string): Stats | null => {
  try {
    return lstatSync(path)
  } catch {
    return null
  }
}

const pointOf = (path: string): WatchPoint => ({ folder: dirname(path), name: basename(path) })

interface Way {
  readonly point: WatchPoint
  /** Where the link at this point leads to; null: the way ends here. */
  readonly onward: string | null
}

/** The first link on the way to a path; else the path itself, or what is missing or in the way. */
const firstStop = (path: string): Way => {
  const { root } = parse(path)
  const parts = path.slice(root.length).split(sep).filter(Boolean)
  let above = root
  for (const [index, part] of parts.entries()) {
    const here = join(above, part)
    const found = look(here)
    if (found === null) return { point: pointOf(here), onward: null }
    if (found.isSymbolicLink()) {
      const onward = resolve(above, readlinkSync(here), ...parts.slice(index + 1))
      return { point: pointOf(here), onward }
    }
    // A file where a folder has to be may make room for one.
    if (!found.isDirectory()) return { point: pointOf(here), onward: null }
    above = here
  }
  return { point: pointOf(path), onward: null }
}

/**
 * Where to watch to see what an absolute path leads to become another: at each link on the way, and at its end, which
 * is the first name that is not there if the whole path is not.
 */
export const watchPoints = (path: string): readonly WatchPoint[] => {
  const points: WatchPoint[] = []
  let next: string | null = resolve(path)
  while (next !== null && points.length < mostLinks) {
    const { point, onward }: Way = firstStop(next)
    points.push(point)
    next = onward
  }
  return points
}
