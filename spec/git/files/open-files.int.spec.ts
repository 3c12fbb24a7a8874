import { spawn } from 'node:child_process'
import { closeSync, existsSync, linkSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileId, openAmong, openBelow } from '../../../src/git/files/open-files.js'
import type { FileId } from '../../../src/git/files/open-files.js'
import { temporaryFolder, writeFiles } from '../../support/temp-repositories.js'

const idOf = (file: string): FileId => fileId(statSync(file, { bigint: true }))

const isOpen = async (id: FileId): Promise<boolean> => (await openAmong(new Set([id]))).has(id)

/** What a process has open is told by /proc, which only Linux has. */
describe.runIf(existsSync('/proc/self/fd'))('whether a file is open', () => {
  it('is told by what it is, under whatever name, and of files alone that are asked about', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { a: 'a', b: 'b' })
    const file = openSync(join(folder, 'a'), 'r')
    const [a, b] = [idOf(join(folder, 'a')), idOf(join(folder, 'b'))]
    linkSync(join(folder, 'a'), join(folder, 'c'))
    rmSync(join(folder, 'a'))
    expect(await openAmong(new Set([a, b]))).toEqual(new Set([a]))
    expect(await openAmong(new Set([b]))).toEqual(new Set())
    closeSync(file)
    expect(await isOpen(a)).toBe(false)
  })

  it('is told by name, below a folder', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { 'd/a': 'a', 'd-e': 'b' })
    const files = ['d/a', 'd-e'].map((name) => openSync(join(folder, name), 'r'))
    expect(await openBelow(join(folder, 'd'))).toEqual(new Set(['a']))
    files.forEach(closeSync)
    expect(await openBelow(join(folder, 'd'))).toEqual(new Set())
  })

  it('is told of processes that hand it on to another, and end', async () => {
    const folder = temporaryFolder()
    writeFiles(folder, { a: 'a', goes: '' })
    const script = join(folder, 'next')
    writeFileSync(script, '#!/bin/sh\n[ -e "$1" ] && { "$0" "$1" & }\n', { mode: 0o755 })
    const out = openSync(join(folder, 'a'), 'a')
    const goes = join(folder, 'goes')
    spawn(script, [goes], { stdio: ['ignore', out, 'ignore'] })
    closeSync(out)
    const id = idOf(join(folder, 'a'))
    for (let n = 0; n < 20; n += 1) expect(await isOpen(id), String(n)).toBe(true)
    rmSync(goes)
    await expect.poll(() => isOpen(id)).toBe(false)
  })
})
