import type * as files from 'node:fs'
import { open, readlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { vi } from 'vitest'

/** Called with each file that came to the disk, or is about to be said to have; told by /proc, which only Linux has. */
export const watched: { tell: (file: string) => void } = { tell: () => undefined }

/** What a spec mocks `node:fs` with, so that it is told. This file must not import it: it would wait for itself. */
export const watchedFiles = (real: typeof files): typeof files => {
  const fsync = (opened: number, done: (error: NodeJS.ErrnoException | null) => void): void => {
    const file = real.readlinkSync(`/proc/self/fd/${String(opened)}`)
    real.fsync(opened, (error) => {
      watched.tell(file)
      done(error)
    })
  }
  return { ...real, fsync: Object.assign(fsync, { __promisify__: real.fsync.__promisify__ }) }
}

/** The same of what is open as a `FileHandle`, until mocks are restored. */
export const watchHandles = async (folder: string): Promise<void> => {
  const handle = await open(folder)
  const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'sync'>
  await handle.close()
  const { sync } = prototype
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    const file = await readlink(`/proc/self/fd/${String(this.fd)}`)
    await sync.call(this)
    watched.tell(file)
  })
}
