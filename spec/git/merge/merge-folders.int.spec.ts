import type { Files, Tips } from '../../support/merging.js'
import { mergedTips, seconds, tipsOf } from '../../support/merging.js'
import { git } from '../../support/temp-repositories.js'
import { describe, expect, it } from 'vitest'
import { conflictCopyPath } from '../../../src/git/merge/conflict-name.js'

const policies = ['keep-both', 'ours', 'theirs'] as const
const sides = ['ours', 'theirs'] as const

const tips = (base: Files, side: 'ours' | 'theirs', own: Files, other: Files): Tips =>
  side === 'ours' ? tipsOf(base, own, other) : tipsOf(base, other, own)

const copyOf = ({ dir }: Tips, path: string, side: 'ours' | 'theirs', content: string): string => {
  const blob = git(dir, ['hash-object', '--stdin'], { input: content })
  return conflictCopyPath(path, seconds[side], blob)
}

describe.each(policies)('under %s', (policy) => {
  it.each(sides)('a new file of %s and a new folder are both kept', async (side) => {
    const both = tips({}, side, { d: 'file' }, { 'd/x': 'folder' })
    const { files, kept } = await mergedTips(both, policy)
    const copy = copyOf(both, 'd', side, 'file')
    expect(files).toEqual({ 'd/x': 'folder', [copy]: 'file' })
    expect(kept).toMatchObject([{ path: 'd', copy }])
  })

  it.each(sides)('a folder that %s made a file, with a new file in it, is too', async (side) => {
    const both = tips({ 'd/x': 'base' }, side, { d: 'file' }, { 'd/x': 'base', 'd/new': 'new' })
    const { files, kept } = await mergedTips(both, policy)
    const copy = copyOf(both, 'd', side, 'file')
    expect(files).toEqual({ 'd/new': 'new', [copy]: 'file' })
    expect(kept).toMatchObject([{ path: 'd', copy }])
  })

  it.each(sides)('a file that %s made a folder has its edit decided', async (side) => {
    const both = tips({ d: 'base' }, side, { 'd/x': 'folder' }, { d: 'edit' })
    const other = side === 'ours' ? 'theirs' : 'ours'
    const { files } = await mergedTips(both, policy)
    const copy = copyOf(both, 'd', other, 'edit')
    // To have deleted it is one of its versions.
    expect(files).toEqual({ 'd/x': 'folder', ...(policy === side ? {} : { [copy]: 'edit' }) })
  })

  it.each(sides)('a folder that %s made a file has an edit in it decided', async (side) => {
    const both = tips({ 'd/x': 'base' }, side, { d: 'file' }, { 'd/x': 'edit' })
    const { files } = await mergedTips(both, policy)
    const copy = copyOf(both, 'd', side, 'file')
    expect(files).toEqual(policy === side ? { d: 'file' } : { 'd/x': 'edit', [copy]: 'file' })
  })

  it.each(sides)('a file that %s moved where the other has a folder is kept', async (side) => {
    const text = Array.from({ length: 40 }, (_, n) => `line ${n}\n`).join('')
    const both = tips({ f: text }, side, { d: text }, { f: text, 'd/x': 'folder' })
    const { files } = await mergedTips(both, policy)
    expect(files).toEqual({ 'd/x': 'folder', [copyOf(both, 'd', side, text)]: text.trimEnd() })
  })
})
