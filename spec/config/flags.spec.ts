import { Command, Option } from 'commander'
import { describe, expect, it } from 'vitest'
import {
  collectFlag,
  configOfPaths,
  repoFlags,
  settingsOfFlags,
  withFlags,
} from '../../src/config/flags.js'
import { resolveSettings } from '../../src/config/settings.js'
import { fakeMachine } from './fake-machine.js'
import { faultsOf } from './faults.js'

const machine = fakeMachine()

/** As the command line hands them on. */
const parse = (...argv: readonly string[]) => {
  const command = new Command().argument('[paths...]')
  for (const { flags, description, repeatable } of repoFlags) {
    const option = new Option(flags, description)
    command.addOption(repeatable ? option.argParser(collectFlag) : option)
  }
  command.parse(argv, { from: 'user' })
  return { paths: command.args, flags: command.opts<Record<string, unknown>>() }
}

describe('the flags', () => {
  it('are every key of a repository but its path', () => {
    expect(repoFlags.map(({ flags }) => flags)).toMatchInlineSnapshot(`
      [
        "--remote <name>",
        "--branch <name>",
        "--watch <choice>",
        "--poll-interval <duration>",
        "--rescan-interval <duration|off>",
        "--debounce <duration>",
        "--max-wait <duration>",
        "--fetch-interval <duration|off>",
        "--pull",
        "--no-pull",
        "--push",
        "--no-push",
        "--integrate <choice>",
        "--conflict <choice>",
        "--message <text>",
        "--author <author>",
        "--max-file-size <size|off>",
        "--ignore <pattern>",
        "--ignore-defaults",
        "--no-ignore-defaults",
        "--transport <choice>",
        "--ssh-key <path>",
        "--known-hosts <path>",
        "--network-timeout <duration>",
      ]
    `)
  })

  it('give nothing that was not given', () => {
    expect(settingsOfFlags(parse().flags, machine)).toEqual({})
  })

  it('leave other options alone', () => {
    expect(settingsOfFlags({ json: true, path: '/a', push: false }, machine)).toEqual({
      push: false,
    })
  })

  it('make a config of paths', () => {
    const { paths, flags } = parse(
      '~/Notes',
      '--fetch-interval',
      'off',
      '--no-push',
      '--ignore',
      '*.log',
      '--ignore',
      '*.tmp',
      '~/Articles',
      '--no-ignore-defaults',
    )
    const config = configOfPaths(paths, settingsOfFlags(flags, machine))
    const given = {
      fetchInterval: null,
      push: false,
      pull: true,
      ignore: ['*.log', '*.tmp'],
      ignoreDefaults: false,
    }
    expect(resolveSettings(config, machine)).toMatchObject([
      { path: '/home/ada/Notes', ...given },
      { path: '/home/ada/Articles', ...given },
    ])
  })

  it("override each repository's own keys", () => {
    const config = {
      repos: [{ path: '~/Notes', push: false, watch: 'poll' as const }],
      defaults: { pull: false },
    }
    const flags = settingsOfFlags(parse('--push', '--pull').flags, machine)
    expect(resolveSettings(withFlags(config, flags), machine)).toMatchObject([
      { push: true, pull: true, watch: 'poll' },
    ])
  })

  it('leave a config of any other shape for its faults to tell', () => {
    const broken = { repos: [7] } as never
    expect(withFlags(broken, { push: true })).toEqual(broken)
    expect(withFlags(null as never, { push: true })).toBeNull()
  })

  it('name themselves in a fault', () => {
    const { flags } = parse('--fetch-interval', '5', '--watch', 'x', '--ssh-key', '~grace/k')
    expect(faultsOf(() => settingsOfFlags(flags, machine))).toMatchObject([
      { key: '--watch', value: 'x' },
      { key: '--fetch-interval', value: '5' },
      { key: '--ssh-key', value: '~grace/k' },
    ])
  })
})
