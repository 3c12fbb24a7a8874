import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flush } from './flush.js'

/** Puts a file in place whole and on the disk for good, by way of one that is called `NAME.new`. */
export const replaceDurably = async (file: string, text: string | Buffer): Promise<void> => {
  const handle = await open(`${file}.new`, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.new`, file)
  await flush([dirname(file)])
}
