import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { gitsync } from '../support/program.js'

/** The names in the list of commands of a help text. */
const commandsIn = (help: string): readonly string[] => {
  const list = help.split(/^Commands:$/m)[1] ?? ''
  return [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name).filter((n) => n !== 'help')
}

describe('gitsync man', () => {
  it('has every command with its options, and no fault that groff would warn of', async () => {
    const [{ stdout: help }, { stdout: page, code }] = await Promise.all([
      gitsync(['--help']),
      gitsync(['man']),
    ])
    expect(code).toBe(0)
    const commands = commandsIn(help)
    expect(commands).toContain('once')
    for (const command of commands) expect(page).toContain(`.SS \\fBgitsync ${command} `)
    for (const part of ['\\-\\-fetch\\-interval', '.SH EXIT STATUS', 'gitsync once ~/Notes'])
      expect(page).toContain(part)
    // It comes with the man program, which not every machine has.
    const groff = spawnSync('groff', ['-man', '-ww', '-z'], { input: page, encoding: 'utf8' })
    if (groff.error === undefined) expect(groff.stderr).toBe('')
  })
})
