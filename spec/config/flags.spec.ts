import { Command, Option } from 'commander'
import { describe, expect, it } from 'vitest'
import {
  collectFlag,
  configOfPaths,
  faultsWithFlags,
  repoFlags,
  statedByFlags,
  withFlags,
} from '../../src/config/flags.js'
import { loadConfig } from '../../src/config/file/load.js'
import { resolveSettings } from '../../src/config/settings.js'
import { fakeMachine } from './fake-machine.js'

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
        "--squash <duration|off>",
        "--conflict <choice>",
        "--message <text>",
        "--message-command <command>",
        "--hooks",
        "--no-hooks",
        "--author <author>",
        "--max-file-size <size|off>",
        "--ignore <pattern>",
        "--ignore-defaults",
        "--no-ignore-defaults",
        "--guard <choice>",
        "--transport <choice>",
        "--ssh-key <path>",
        "--known-hosts <path>",
        "--network-timeout <duration>",
      ]
    `)
  })

  it('give nothing that was not given', () => {
    expect(statedByFlags(parse().flags)).toEqual({})
  })

  it('leave other options alone', () => {
    expect(statedByFlags({ json: true, path: '/a', push: false })).toEqual({
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
    const config = configOfPaths(paths, statedByFlags(flags))
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
    const flags = statedByFlags(parse('--push', '--pull').flags)
    expect(resolveSettings(withFlags(config, flags), machine)).toMatchObject([
      { push: true, pull: true, watch: 'poll' },
    ])
  })

  it('leave a config of any other shape for its faults to tell', () => {
    const broken = { repos: [7] } as never
    expect(withFlags(broken, { push: true })).toEqual(broken)
    expect(withFlags(null as never, { push: true })).toBeNull()
  })

  it('name themselves in a fault, once for all repositories, beside the other faults', () => {
    const { flags, paths } = parse(
      ...['--fetch-interval', '5', '--debounce', 'x', '--max-wait', '100ms', '--ignore', ''],
      ...['--ssh-key', '~grace/k', '/none', '~/Notes', '~/Notes'],
    )
    const stated = statedByFlags(flags)
    const told = faultsWithFlags(() => configOfPaths(paths, stated), stated, machine)
    expect(told).toMatchObject([
      { key: '--debounce', value: 'x' },
      { key: '--fetch-interval', value: '5' },
      { key: '--ignore' },
      { key: '--ssh-key', value: '~grace/k' },
      { key: 'repos[0].path', value: '/none' },
      { key: 'repos[2].path', value: '~/Notes' },
    ])
  })

  it('name themselves beside a config that cannot be had', () => {
    const stated = { watch: 'x' } as never
    const absent = () => loadConfig('/none', machine).config
    expect(faultsWithFlags(absent, stated, machine)).toMatchObject([
      { key: '--watch' },
      { key: '--config' },
    ])
  })

  it('have no faults where all is well', () => {
    const stated = { push: false }
    expect(faultsWithFlags(() => configOfPaths(['~/Notes'], stated), stated, machine)).toEqual([])
  })
})
