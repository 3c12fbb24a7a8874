import '../support/temp-repositories.js'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { endAll, gitsync } from '../support/program.js'

afterEach(endAll)

describe('gitsync demo', () => {
  it('tells of an edit, a merge and a conflict, ends by itself and leaves nothing behind', async () => {
    const { code, stdout } = await gitsync(['demo', '--once'])
    expect(code).toBe(0)
    expect(stdout).toContain('is on the desktop')
    expect(stdout).toContain('both have both')
    expect(stdout).toMatch(/todo\.sync-conflict-\d{8}-\d{6}-[0-9a-f]{7}\.md/)
    const folder = /The laptop is (\S+)\/laptop/.exec(stdout)?.[1] ?? ''
    expect(folder).not.toBe('')
    expect(existsSync(folder)).toBe(false)
  })
})
