import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repoOptions } from '../../src/config/options.js'
import { resolveSettings } from '../../src/config/settings.js'
import { showSettings } from '../../src/config/show.js'
import type { SyncConfig } from '../../src/config/sync-config.js'
import { fakeMachine } from './fake-machine.js'
import { containing, faultsOf } from './faults.js'

const machine = fakeMachine()
const resolved = (config: unknown) => resolveSettings(config, machine)
const faults = (config: unknown) => faultsOf(() => resolved(config))
const keys = (config: unknown) => faults(config).map(({ key }) => key)
/** Lists are told as short text. */
const shown = (value: unknown): unknown => (Array.isArray(value) ? JSON.stringify(value) : value)
const withKey = (key: string, value: unknown) => ({ repos: [{ path: '~/Notes', [key]: value }] })

describe('resolveSettings', () => {
  it('fills in every default of the contract', () => {
    expect(resolved({ repos: [{ path: '~/Notes' }] })).toEqual([
      {
        path: '/home/ada/Notes',
        remote: null,
        branch: null,
        watch: 'auto',
        pollInterval: 30_000,
        rescanInterval: 600_000,
        debounce: 1_000,
        maxWait: 10_000,
        fetchInterval: 60_000,
        pull: true,
        push: true,
        integrate: 'merge',
        squash: null,
        conflict: 'keep-both',
        message: '{{summary}}',
        messageCommand: null,
        hooks: false,
        author: null,
        maxFileSize: 100_000_000,
        ignore: [],
        ignoreDefaults: true,
        guard: 'auto',
        transport: 'auto',
        sshKey: null,
        knownHosts: null,
        networkTimeout: 30_000,
      },
    ])
  })

  it('takes what the repository says, else the defaults, else the built-in ones', () => {
    const config: SyncConfig = {
      $schema: 'https://example.org/schema.json',
      repos: [
        { path: '~/Notes' },
        {
          path: '~/Articles',
          conflict: 'halt',
          fetchInterval: '5m',
          author: 'Ada L <a@b>',
          push: true,
          sshKey: 'k',
        },
      ],
      defaults: {
        debounce: '2s',
        push: false,
        fetchInterval: 'off',
        maxFileSize: 'off',
        sshKey: '~/key',
      },
    }
    expect(resolved(config)).toMatchObject([
      {
        debounce: 2_000,
        push: false,
        fetchInterval: null,
        maxFileSize: null,
        sshKey: '/home/ada/key',
      },
      {
        debounce: 2_000,
        push: true,
        fetchInterval: 300_000,
        conflict: 'halt',
        author: { name: 'Ada L', email: 'a@b' },
        sshKey: '/work/k',
      },
    ])
  })

  it('takes a key that is undefined for one that is not there', () => {
    const [settings] = resolved({
      repos: [{ path: '~/Notes', push: undefined }],
      defaults: { push: false },
    })
    expect(settings?.push).toBe(false)
  })

  it('names a work tree by its real path', () => {
    const linked = fakeMachine({ links: { '/home/ada/n': '/home/ada/Notes' } })
    expect(resolveSettings({ repos: [{ path: '~/n' }] }, linked)[0]?.path).toBe('/home/ada/Notes')
  })

  it.each([
    ['debounce', 0],
    ['debounce', '0s'],
    ['maxWait', '999ms'],
    ['fetchInterval', '100ms'],
    ['rescanInterval', 'off'],
    ['message', 'on {{host}} by {{user}}: {{ summary'],
    ['message', '{{ summary }} on {{  host\t}}'],
    ['remote', 'backup/main'],
    ['branch', 'feature/x#1'],
    ['branch', 'ünï.lock.x/@/a-b.c'],
    ['ignore', ['*.log', '!keep.log', ' ']],
    ['author', 'Ünal Ö. <u@e.org>'],
  ])('%s may be %j', (key, value) => {
    expect(faults(withKey(key, value))).toEqual([])
  })

  it.each([
    ['fetchInterval', 'soon'],
    ['fetchInterval', 0],
    ['fetchInterval', '99ms'],
    ['fetchInterval', null],
    ['fetchInterval', false],
    ['rescanInterval', '0s'],
    ['pollInterval', 'off'],
    ['networkTimeout', '50ms'],
    ['networkTimeout', 'off'],
    ['debounce', 'off'],
    ['maxFileSize', '100 MB'],
    ['maxFileSize', 0],
    ['pull', 'yes'],
    ['push', 1],
    ['watch', 'inotify'],
    ['integrate', 'Merge'],
    ['conflict', ['ours']],
    ['transport', 'ssh'],
    ['remote', 'https://example.org/x.git'],
    ['remote', ''],
    ['remote', '--upload-pack=x'],
    ['branch', 'a b'],
    ['message', ''],
    ['message', ' \n'],
    ['message', '{{sumary}}'],
    ['message', '{{ sumary }}'],
    ['author', 'Ada'],
    ['author', '<a@b>'],
    ['author', 'Ada <>'],
    ['author', 'Ada <a@b> '],
    ['author', 'Ada\n <a@b>'],
    ['author', 'A\0da <a@b>'],
    ['branch', 'a\0b'],
    ['ignore', '*.log'],
    ['sshKey', ''],
    ['sshKey', '~grace/key'],
    ['knownHosts', '$NOWHERE/hosts'],
    ['path', '~/Nots'],
    ['path', '~grace'],
    ['path', 7],
    ['path', ''],
  ])('%s may not be %j: one fault, with key, value and what is allowed', (key, value) => {
    const found = faults(withKey(key, value))
    expect(found.map((fault) => ({ ...fault, message: '' }))).toEqual([
      { key: `repos[0].${key}`, value: shown(value), message: '' },
    ])
    expect(found[0]?.message).toMatch(/^(must|is|the) /)
    expect(found[0]?.message).not.toContain('undefined')
  })

  it('lists all faults at once, each with its remedy', () => {
    const error = () =>
      resolved({
        repos: [
          { path: '~/Notes', fetchIntervall: '5m', push: 'no' },
          { path: '~/Notes/', debounce: '1s', ignore: ['*.log', 7, ''] },
          { pathh: '~/Articles' },
          'Articles',
          { path: '~/file', author: 'Ada' },
        ],
        defaults: { path: '~/x', 'fetch-interval': 1, fetchInterval: 1, conflict: 'mine' },
        debug: true,
      })
    expect(error).toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: debug = true: is no key here; the keys are $schema, repos, defaults
      repos[0].fetchIntervall = "5m": is no key here; did you mean "fetchInterval"?
      repos[0].push = "no": must be true or false
      repos[1].ignore[1] = 7: must be a line of text that is not empty
      repos[1].ignore[2] = "": must be a line of text that is not empty
      repos[2].path: is missing; must be a path; "~/", $VARIABLE and \${VARIABLE} are expanded, "~user" is not, and $$ stands for a $
      repos[2].pathh = "~/Articles": is no key here; did you mean "path"?
      repos[3] = "Articles": must be an object such as { "path": "~/Notes" }
      repos[4].author = "Ada": must be "Name <email>"
      defaults.path = "~/x": is no key here; the keys are remote, branch, watch, pollInterval, rescanInterval, debounce, maxWait, fetchInterval, pull, push, integrate, squash, conflict, message, messageCommand, hooks, author, maxFileSize, ignore, ignoreDefaults, guard, transport, sshKey, knownHosts, networkTimeout
      defaults.fetch-interval = 1: is no key here; did you mean "fetchInterval"?
      defaults.fetchInterval = 1: must be a duration such as 250ms, 2s, 5m, 1h (a bare number counts milliseconds), from 100ms to 500h, or "off"
      defaults.conflict = "mine": must be one of keep-both, ours, theirs, halt
      repos[1].path = "~/Notes/": is the same work tree as repos[0].path; keep one of the two
      repos[4].path = "~/file": is /home/ada/file, which does not exist or may not be seen; correct it, or make it with \`gitsync clone\` or \`gitsync init\`]
    `)
  })

  it.each<[unknown, readonly string[]]>([
    [undefined, ['config']],
    [null, ['config']],
    [[], ['config']],
    ['x', ['config']],
    [{}, ['repos']],
    [{ repos: [] }, ['repos']],
    [{ repos: {} }, ['repos']],
    [{ repos: [null] }, ['repos[0]']],
    [{ repos: [{ path: '~/Notes' }], defaults: [] }, ['defaults']],
    [{ repos: [{ path: '~/Notes' }], $schema: 1 }, ['$schema']],
    [
      { repos: [{ path: '~/Notes', ignore: ['', 1] }] },
      ['repos[0].ignore[0]', 'repos[0].ignore[1]'],
    ],
    [JSON.parse('{"repos":[{"path":"~/Notes","__proto__":1}]}'), ['repos[0].__proto__']],
    [{ repos: [{ path: '~/Notes', 'a/b~c': 1 }] }, ['repos[0].a/b~c']],
  ])('%j is told of at %j', (config, at) => {
    expect(keys(config)).toEqual(at)
  })

  it('tells of a wait that cannot be where it is stated, and once', () => {
    const repos = [{ path: '~/Notes' }, { path: '~/Articles' }]
    expect(keys({ repos, defaults: { debounce: '20s' } })).toEqual([])
    expect(keys({ repos, defaults: { debounce: '20s', maxWait: '15s' } })).toEqual([
      'defaults.maxWait',
    ])
    expect(
      keys({ repos: [{ ...repos[0], debounce: '20s' }], defaults: { maxWait: '15s' } }),
    ).toEqual(['repos[0].maxWait'])
    expect(
      keys({ repos: [{ ...repos[0], maxWait: '20s' }], defaults: { debounce: '15s' } }),
    ).toEqual([])
    expect(keys({ repos: [{ ...repos[0], debounce: 'x', maxWait: '1ms' }] })).toEqual([
      'repos[0].debounce',
    ])
  })

  it.each([
    [{ debounce: '30s' }, { debounce: 30_000, maxWait: 30_000 }],
    [{ maxWait: '500ms' }, { debounce: 500, maxWait: 500 }],
    [{ maxWait: '5s' }, { debounce: 1_000, maxWait: 5_000 }],
    [{ debounce: '2s' }, { debounce: 2_000, maxWait: 10_000 }],
  ])('of the two waits %j takes the other along', (stated, waits) => {
    expect(resolved({ repos: [{ path: '~/Notes', ...stated }] })[0]).toMatchObject(waits)
    expect(resolved({ repos: [{ path: '~/Notes' }], defaults: stated })[0]).toMatchObject(waits)
  })

  it('finds the same work tree however it is reached', () => {
    const linked = fakeMachine({ links: { '/mnt/n': '/home/ada/Notes' } })
    const config = {
      repos: [
        { path: '~/Notes' },
        { path: '~/Articles' },
        { path: '/mnt/n' },
        { path: '~/../ada/Notes' },
      ],
    }
    expect(faultsOf(() => resolveSettings(config, linked))).toMatchObject([
      {
        key: 'repos[2].path',
        value: '/mnt/n',
        message: containing('same work tree as repos[0].path'),
      },
      { key: 'repos[3].path' },
    ])
  })

  it('tells a file from a directory', () => {
    const filed = fakeMachine({ files: ['/home/ada/file'] })
    expect(faultsOf(() => resolveSettings({ repos: [{ path: '~/file' }] }, filed))).toMatchObject([
      { message: containing('is no directory') },
    ])
  })

  it('shows no credentials of a URL that was taken for a path', () => {
    const config = {
      repos: [{ path: 'https://ada:hunter2@example.org/x', remote: 'https://hunter2@example.org' }],
      defaults: { unknown: ['ssh://hunter2@host'] },
    }
    const found = faults(config)
    expect(found).toHaveLength(3)
    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(() => resolved(config)).toThrow(/\*\*\*@example\.org/)
    expect(() => resolved(config)).not.toThrow(/hunter2/)
  })

  it('throws nothing but a ConfigError, whatever the config is', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('off', '1s', '10MB', 'a', '~', '$X', '{{x}}', NaN, 1n, undefined),
    )
    const keyed = fc.dictionary(
      fc.oneof(fc.constantFrom(...repoOptions.map(({ key }) => key)), fc.string()),
      value,
    )
    const shaped = fc.record(
      { repos: fc.oneof(fc.array(keyed), value), defaults: fc.oneof(keyed, value) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.jsonValue(), shaped), (config) => {
        const found = faults(config)
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
      }),
    )
  })
})

describe('showSettings', () => {
  it('writes durations and sizes back, and off', () => {
    expect(showSettings(resolved(withKey('fetchInterval', 'off')))).toMatchInlineSnapshot(`
      {
        "repos": [
          {
            "conflict": "keep-both",
            "debounce": "1s",
            "fetchInterval": "off",
            "guard": "auto",
            "hooks": false,
            "ignore": [],
            "ignoreDefaults": true,
            "integrate": "merge",
            "maxFileSize": "100MB",
            "maxWait": "10s",
            "message": "{{summary}}",
            "networkTimeout": "30s",
            "path": "/home/ada/Notes",
            "pollInterval": "30s",
            "pull": true,
            "push": true,
            "rescanInterval": "10m",
            "squash": "off",
            "transport": "auto",
            "watch": "auto",
          },
        ],
      }
    `)
  })

  it('gives a config that gives the same settings', () => {
    const choice = (key: string) => {
      const option = repoOptions.find((each) => each.key === key)
      return fc.constantFrom(...(option?.kind === 'choice' ? option.choices : []))
    }
    const interval = fc.oneof(fc.integer({ min: 100, max: 1e9 }), fc.constant('off'))
    const repo = fc.record(
      {
        path: fc.constantFrom('~/Notes', '/home/ada/a$$b'),
        watch: choice('watch'),
        conflict: choice('conflict'),
        integrate: choice('integrate'),
        transport: choice('transport'),
        rescanInterval: interval,
        fetchInterval: interval,
        maxFileSize: fc.oneof(fc.integer({ min: 1, max: 1e12 }), fc.constant('off')),
        debounce: fc.integer({ min: 0, max: 10_000 }),
        push: fc.boolean(),
        author: fc.constant('Ada <a@b>'),
        sshKey: fc.constantFrom('/a$$HOME', '~/key'),
        ignore: fc.array(fc.constantFrom('*.log', '/x')),
      },
      { requiredKeys: ['path'] },
    )
    const dollars = fakeMachine({ directories: ['/home/ada/Notes', '/home/ada/a$b'] })
    fc.assert(
      fc.property(repo, (stated) => {
        const settings = resolveSettings({ repos: [stated] }, dollars)
        expect(resolveSettings(showSettings(settings), dollars)).toEqual(settings)
      }),
    )
  })
})
