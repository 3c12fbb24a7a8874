import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { gitsync } from '../support/program.js'
import { temporaryFolder } from '../support/temp-repositories.js'

const shells = ['bash', 'zsh', 'fish'] as const
const scripts = new Map<string, string>()

beforeAll(async () => {
  for (const shell of shells) {
    const { code, stdout } = await gitsync(['completion', shell])
    expect(code).toBe(0)
    scripts.set(shell, stdout)
  }
})

const isInstalled = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0

/** Loads the script in a real bash, and asks it to complete the last of these words. */
const completedByBash = (...words: readonly string[]): readonly string[] => {
  const ask =
    'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gitsync; ' +
    '[[ ${#COMPREPLY[@]} -eq 0 ]] || printf "%s\\n" "${COMPREPLY[@]}"'
  const script = `set -e; ${scripts.get('bash') ?? ''}\ncomplete -p gitsync >&2; set +e; ${ask}`
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words])
  expect(stderr.toString()).toBe('complete -F _gitsync gitsync\n')
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '')
}

describe('gitsync completion', () => {
  it.each([
    [['stat'], ['status']],
    [
      ['config', ''],
      ['path', 'show', 'schema'],
    ],
    [
      ['--log-level', ''],
      ['error', 'warn', 'info', 'debug'],
    ],
    [['--json', 'lo'], ['log']],
    [['run', '--watch', 'n'], ['native']],
    [['run', '--watch', '=', 'p'], ['poll']],
    [['status', '--w'], ['--watch']],
    [['config', 'path', '--j'], ['--json']],
    [['log', '--type', 'Pushed,Ha'], ['Pushed,Halted']],
    [['log', '-n', ''], []],
    [['completion', ''], [...shells]],
  ])('completes %j in a real bash', (words, expected) => {
    expect(completedByBash('gitsync', ...words)).toEqual(expected)
  })

  it('knows every command that the help lists', async () => {
    const { stdout } = await gitsync(['--help'])
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*\S {2,}\S|^ {2}([a-z]+)(?: |$)/gm)]
    const names = listed.map(([, first, second]) => first ?? second ?? '')
    expect(names).toContain('status')
    const known = completedByBash('gitsync', '')
    for (const name of names.filter((one) => one !== 'help')) expect(known).toContain(name)
  })

  it.each(shells)('is a script that %s reads, where it is installed', (shell) => {
    if (!isInstalled(shell)) return
    const file = join(temporaryFolder(), 'script')
    writeFileSync(file, scripts.get(shell) ?? '')
    const { status, stderr } = spawnSync(shell, ['-n', file])
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
  })

  it('refuses a shell that it does not know, and lists those it does', async () => {
    const { code, stderr } = await gitsync(['completion', 'tcsh'])
    expect(code).toBe(2)
    for (const shell of shells) expect(stderr).toContain(shell)
  })
})
