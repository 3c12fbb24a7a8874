import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { firstValueFrom, map, race, timer } from 'rxjs'
import { beforeEach, describe, expect, it } from 'vitest'
import { pathChange$ } from '../../../src/streams/watch/path-change.js'
import { watchPoints } from '../../../src/streams/watch/watch-points.js'
import { until } from '../../support/program.js'
import { temporaryFolder } from '../../support/temp-repositories.js'

let root = ''
let file = ''

beforeEach(() => {
  root = temporaryFolder()
  file = join(root, 'config/gitsync/config.json')
})

const write = (path: string, text = '{}'): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** The points below the root, as paths. */
const points = (path: string): readonly string[] =>
  watchPoints(path).map(({ folder, name }) => join(folder, name).slice(root.length + 1))

describe('where a path is watched', () => {
  it('is the file, or the first that is missing or in the way', () => {
    expect(points(file)).toEqual(['config'])
    write(join(root, 'config/gitsync'))
    expect(points(file)).toEqual(['config/gitsync'])
    rmSync(join(root, 'config/gitsync'))
    expect(points(file)).toEqual(['config/gitsync'])
    write(file)
    expect(points(file)).toEqual(['config/gitsync/config.json'])
  })

  it('is each link on the way, relative or not, and where it leads', () => {
    write(join(root, 'dotfiles/gitsync/real.json'))
    symlinkSync('real.json', join(root, 'dotfiles/gitsync/config.json'))
    mkdirSync(join(root, 'config'))
    symlinkSync('../dotfiles/gitsync', join(root, 'config/gitsync'))
    const way = ['config/gitsync', 'dotfiles/gitsync/config.json', 'dotfiles/gitsync/real.json']
    expect(points(file)).toEqual(way)
    symlinkSync(join(root, 'none/at/all'), join(root, 'lost'))
    expect(points(join(root, 'lost/config.json'))).toEqual(['lost', 'none'])
  })

  it('has an end where links lead in a circle', () => {
    symlinkSync('b', join(root, 'a'))
    symlinkSync('a', join(root, 'b'))
    expect(new Set(points(join(root, 'a')))).toEqual(new Set(['a', 'b']))
  })
})

const told = (work: () => void): Promise<boolean> => {
  const change = firstValueFrom(
    race(pathChange$([file]).pipe(map(() => true)), timer(1_000).pipe(map(() => false))),
  )
  work()
  return change
}

const changes: readonly (readonly [what: string, before: () => void, work: () => void])[] = [
  ['is made in a folder that is not there', () => undefined, () => write(file)],
  ['is written in place', () => write(file), () => writeFileSync(file, 'other')],
  [
    'is renamed into place',
    () => write(file),
    () => {
      write(`${file}.new`)
      renameSync(`${file}.new`, file)
    },
  ],
  ['is deleted', () => write(file), () => rmSync(file)],
  [
    'is in a folder that is moved away',
    () => write(file),
    () => renameSync(dirname(file), join(root, 'elsewhere')),
  ],
  [
    'is in a folder that is deleted',
    () => write(file),
    () => rmSync(dirname(file), { recursive: true }),
  ],
  [
    'is a link that is led elsewhere',
    () => {
      write(join(root, 'one.json'))
      mkdirSync(dirname(file), { recursive: true })
      symlinkSync(join(root, 'one.json'), file)
    },
    () => {
      symlinkSync(join(root, 'two.json'), `${file}.new`)
      renameSync(`${file}.new`, file)
    },
  ],
  [
    'is a link to a file that is replaced',
    () => {
      write(join(root, 'kept/one.json'))
      mkdirSync(dirname(file), { recursive: true })
      symlinkSync(join(root, 'kept/one.json'), file)
    },
    () => {
      write(join(root, 'kept/two.json'))
      renameSync(join(root, 'kept/two.json'), join(root, 'kept/one.json'))
    },
  ],
  [
    'is a file where its folder has to be, and makes room',
    () => write(join(root, 'config/gitsync')),
    () => rmSync(join(root, 'config/gitsync')),
  ],
]

describe('a change is told of a file that', () => {
  it.each(changes)('%s', async (_, before, work) => {
    before()
    expect(await told(work)).toBe(true)
  })

  it('none of its neighbours, nor of reading it', async () => {
    write(file)
    expect(
      await told(() => {
        write(join(dirname(file), 'other.json'))
        readFileSync(file)
      }),
    ).toBe(false)
  })

  it('gives its watches back', async () => {
    const watches = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length
    write(join(root, 'kept/one.json'))
    mkdirSync(dirname(file), { recursive: true })
    symlinkSync(join(root, 'kept/one.json'), file)
    await until('those of others are given back', () => watches() === 0)
    const subscription = pathChange$([file]).subscribe()
    expect(watches()).toBe(2)
    subscription.unsubscribe()
    await until('they are given back', () => watches() === 0)
  })
})
