import fs from 'node:fs'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { randomBy, write } from './scratch.js'
import { survey } from './survey.js'

/** Random writes, moves and removals, many per turn of the event loop. */
export const randomWork = async (root: string, seed: number, operations: number): Promise<void> => {
  const random = randomBy(seed)
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  let counter = 0
  const fresh = (): string => `n${String((counter += 1))}-${String(Math.floor(random() * 40))}`
  let files: string[] = []
  let directories: string[] = ['']
  const refresh = (): void => {
    const now = survey(root)
    files = [...now.files.keys()]
    directories = ['', ...now.directories]
  }
  const at = (name: string): string => path.join(root, name)
  const one = (): void => {
    const file = pick(files)
    const directory = pick(directories) ?? ''
    const other = pick(directories) ?? ''
    const dice = random()
    if (dice < 0.2) {
      const name = path.join(directory, fresh())
      fs.writeFileSync(at(name), name)
      files.push(name)
    } else if (dice < 0.4 && file !== undefined) fs.appendFileSync(at(file), 'more')
    else if (dice < 0.5 && file !== undefined) {
      fs.writeFileSync(at(`${file}.tmp`), 'atomic')
      fs.renameSync(at(`${file}.tmp`), at(file))
    } else if (dice < 0.6) {
      const name = path.join(directory, fresh())
      fs.mkdirSync(at(name))
      directories.push(name)
    } else if (dice < 0.7) {
      const name = path.join(directory, fresh(), 'a', 'b')
      write(at(path.join(name, 'deep.txt')))
      directories.push(name)
    } else if (dice < 0.8 && file !== undefined) fs.rmSync(at(file))
    else if (dice < 0.87 && directory !== '') {
      fs.rmSync(at(directory), { recursive: true })
      if (random() < 0.5) write(at(path.join(directory, 'again.txt')))
    } else if (dice < 0.97 && directory !== '' && !other.startsWith(directory)) {
      const target = path.join(other, random() < 0.5 ? path.basename(directory) : fresh())
      fs.renameSync(at(directory), at(target))
      if (random() < 0.3) write(at(path.join(directory, 'in-its-place.txt')))
      directories.push(target)
    } else if (file !== undefined) fs.renameSync(at(file), at(path.join(directory, fresh())))
  }
  for (let done = 0; done < operations; done += 1) {
    if (done % 250 === 0) refresh()
    try {
      one()
    } catch (error) {
      // The lists are as old as the last refresh: what is not there any more is passed over.
      if (!(error instanceof Error && 'code' in error)) throw error
    }
    if (random() < 0.05) await turn()
  }
}
