import { settingsOf } from '../../support/settings.js'
import {
  faultsOf,
  openWorld,
  pass,
  settle,
  treeOf as contentOf,
} from '../../support/three-machines.js'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { PathSkipped } from '../../../src/actors/outcome.js'
import type { RepoSettings } from '../../../src/actors/settings.js'
import { glance } from '../../../src/git/glance.js'
import { preview } from '../../../src/git/preview.js'
import type { Steps } from '../../support/steps.js'
import { stepsOn } from '../../support/steps.js'
import { tokens } from '../../support/secrets.js'
import {
  bareRemote,
  cloneOf,
  committedRepository,
  git,
  oracleTree,
  temporaryRepository,
  treeOf,
  writeFiles,
} from '../../support/temp-repositories.js'

const secret = `${tokens.github.text}\n`

const opened: Steps[] = []

afterEach(() => {
  for (const { workTree } of opened.splice(0)) workTree.close()
})

const guarded = (dir: string, wishes: Partial<RepoSettings> = {}): Steps => {
  const steps = stepsOn(dir, { guard: 'on', ...wishes })
  opened.push(steps)
  return steps
}

const shown = ({ path, reason, rule, line }: PathSkipped): string =>
  `${reason} ${path} ${String(rule)} ${String(line)}`

/** What was told, and the whole of each path's outcome. */
const told = async (steps: Steps, paths?: Iterable<string>): Promise<readonly string[]> =>
  (await steps.save(paths)).skipped.map(shown).sort()

/** Whether any object of the history, on any branch, holds it. */
const isInHistory = (dir: string, text: string): boolean =>
  git(dir, ['log', '--all', '--format=%h', `-S${text.trim()}`]) !== ''

describe('a file with a secret', () => {
  it('stays on disk and out of the history, is told with rule, line and remedy; the rest goes on', async () => {
    const dir = committedRepository({ old: 'old\n' })
    const files = { 'a.md': 'a\n', 'd/key.md': `1\n2\n${secret}`, '.env': 'A=b\n', old: 'new\n' }
    writeFiles(dir, files)
    const steps = guarded(dir)
    const { commit, skipped } = await steps.save()
    expect(skipped.map(shown).sort()).toEqual([
      'secret .env env-file 1',
      'secret d/key.md github 3',
    ])
    expect(skipped.find(({ path }) => path === 'd/key.md')?.remedy).toBe(
      'Take it out, or allow it: add the line /d/key.md github to .gitsyncallow, or set guard to off.',
    )
    expect(commit).toMatchObject({ added: 1, modified: 1, paths: ['a.md', 'old'] })
    expect(treeOf(dir)).toEqual(oracleTree(dir, ['d/key.md', '.env']))
    expect(isInHistory(dir, secret)).toBe(false)
    for (const [path, content] of Object.entries(files))
      expect(readFileSync(join(dir, path), 'utf8')).toBe(content)
    expect(git(dir, ['status', '--porcelain', '-uall'])).toBe('?? .env\n?? d/key.md')
    expect(git(dir, ['fsck', '--no-dangling'])).toBe('')
    expect(JSON.stringify({ commit, skipped })).not.toContain(secret.trim())
  })

  it('is told once, and costs no lock and no commit while it lasts', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { key: secret, a: secret })
    const steps = guarded(dir)
    expect(await told(steps)).toEqual(['secret a github 1', 'secret key github 1'])
    const [head, index] = [git(dir, ['rev-parse', 'HEAD']), readFileSync(join(dir, '.git/index'))]
    expect(await told(steps)).toEqual([])
    expect(await told(steps, ['a', 'key'])).toEqual([])
    expect(git(dir, ['rev-parse', 'HEAD'])).toBe(head)
    expect(readFileSync(join(dir, '.git/index'))).toEqual(index)
  })

  it('that a person takes out is committed by the next event', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { key: secret, a: `a\n${secret}` })
    const steps = guarded(dir)
    await steps.save()
    writeFiles(dir, { key: 'none\n', a: 'b\n' })
    const { commit, skipped } = await steps.save(['key', 'a'])
    expect(skipped).toEqual([])
    expect(commit).toMatchObject({ added: 1, modified: 1 })
    expect(treeOf(dir)).toEqual(oracleTree(dir))
  })

  it('that is in the history stays at its version there, and the mode with it', async () => {
    const dir = committedRepository({ 'run.sh': 'echo\n', link: 'file\n', gone: 'x\n' })
    writeFiles(dir, { 'run.sh': `echo\n${secret}` })
    execFileSync('chmod', ['+x', join(dir, 'run.sh')])
    rmSync(join(dir, 'gone'))
    const before = treeOf(dir).entries.filter((entry) => entry.includes('run.sh'))
    const steps = guarded(dir)
    expect(await told(steps)).toEqual(['secret run.sh github 2'])
    expect(treeOf(dir).entries.filter((entry) => entry.includes('run.sh'))).toEqual(before)
    expect(git(dir, ['ls-files'])).toBe('link\nrun.sh')
    expect(git(dir, ['status', '--porcelain'])).toBe(' M run.sh')
  })

  it.each([
    ['is in the history already', { a: `a\n${secret}` }, { a: `b\n${secret}more\n` }, []],
    [
      'is another one',
      { a: secret },
      { a: `${tokens.gitlab.text}\n${secret}` },
      ['secret a gitlab 1'],
    ],
    ['is in an environment that is tracked', { '.env': 'A=b\n' }, { '.env': 'A=c\nB=d\n' }, []],
    [
      'is a token in an environment that is tracked',
      { '.env': 'A=b\n' },
      { '.env': `A=b\nB=${secret}` },
      ['secret .env github 2'],
    ],
  ] as const)('counts as news only: what %s', async (_, before, after, skipped) => {
    const dir = committedRepository(before)
    writeFiles(dir, after)
    expect(await told(guarded(dir))).toEqual(skipped)
  })

  it('that is only moved, or made executable, goes on', async () => {
    const dir = committedRepository({ 'a/key': secret, x: secret })
    renameSync(join(dir, 'a'), join(dir, 'b'))
    execFileSync('chmod', ['+x', join(dir, 'x')])
    expect(await told(guarded(dir))).toEqual([])
    expect(treeOf(dir)).toEqual(oracleTree(dir))
  })

  it('that a person staged is no longer staged', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { a: secret, b: secret, c: 'c\n', d: secret })
    git(dir, ['add', 'a', 'b', 'c'])
    git(dir, ['add', '-N', 'd'])
    const steps = guarded(dir)
    expect(await told(steps)).toHaveLength(3)
    expect(git(dir, ['status', '--porcelain'])).toBe(' M a\n?? b\n?? d')
    expect(git(dir, ['show', '--format=', '--name-only'])).toBe('c')
    expect(await told(steps)).toEqual([])
  })

  it('takes the place of a folder, and the other way round', async () => {
    const dir = committedRepository({ 'a/x': 'x\n', b: 'b\n' })
    for (const path of ['a', 'b']) rmSync(join(dir, path), { recursive: true })
    writeFiles(dir, { a: secret, 'b/y': secret, 'b/z': 'z\n' })
    expect(await told(guarded(dir))).toEqual(['secret a github 1', 'secret b/y github 1'])
    expect(treeOf(dir)).toEqual(oracleTree(dir, ['a', 'b/y']))
  })

  it('is found whatever its name, its encoding or its ends of lines', async () => {
    const dir = committedRepository({
      '.gitattributes': '*.win working-tree-encoding=UTF-16 eol=crlf\n',
    })
    writeFiles(dir, {
      'a b\n"c".md': secret,
      ':(glob)*': secret,
      '.gitattributes': '*.win working-tree-encoding=UTF-16 eol=crlf\n*.up filter=up\n',
      'a.win': Buffer.from(`\uFEFFone\r\n${secret.trim()}\r\n`, 'utf16le'),
      'a.up': secret,
      'clean.up': 'clean\n',
    })
    git(dir, ['config', 'filter.up.clean', 'sed s/^/x=/'])
    const unnameable = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xe9])])
    writeFileSync(unnameable, secret)
    const steps = guarded(dir)
    expect(await told(steps)).toEqual([
      'secret :(glob)* github 1',
      'secret a b\n"c".md github 1',
      'secret a.up github 1',
      'secret a.win github 2',
      'secret \u{FFFD} github 1',
    ])
    expect(isInHistory(dir, secret)).toBe(false)
    expect(git(dir, ['ls-files'])).toBe('.gitattributes\nclean.up')
    writeFiles(dir, { '.gitsyncallow': '/\u{FFFD} github\n' })
    expect((await steps.save()).commit?.paths).toEqual(['.gitsyncallow', '\u{FFFD}'])
  })

  it('is what a filter makes of it: one that encrypts lets it through', async () => {
    const dir = committedRepository({ '.gitattributes': '*.enc filter=enc\n' })
    git(dir, ['config', 'filter.enc.clean', 'printf "\\0" ; tr a-zA-Z n-za-mN-ZA-M'])
    writeFiles(dir, { 'a.enc': secret })
    expect(await told(guarded(dir))).toEqual([])
    expect(git(dir, ['ls-files'])).toBe('.gitattributes\na.enc')
  })

  it('is what a link leads to, which is not looked at', async () => {
    const dir = committedRepository({ '.gitignore': 'key\n' })
    writeFiles(dir, { key: secret })
    symlinkSync('key', join(dir, 'link'))
    symlinkSync('key', join(dir, '.env'))
    expect(await told(guarded(dir))).toEqual([])
    expect(treeOf(dir)).toEqual(oracleTree(dir))
  })
})

/** Does as it is told. */
const allow = (dir: string, remedy = ''): void => {
  const [, line = ''] = /add the line (.*) to \.gitsyncallow/.exec(remedy) ?? []
  writeFiles(dir, { '.gitsyncallow': `${line}\n` })
}

describe('.gitsyncallow', () => {
  it.each([
    ['key', []],
    ['/key', []],
    ['*', []],
    ['# key\n\nkey github', []],
    ['key gitlab', ['secret key github 1']],
    ['key\n!key github', ['secret key github 1']],
    ['d/key', ['secret key github 1']],
    ['\uFEFFkey github\r', []],
    ['key\\ github', ['secret key github 1']],
    ['', ['secret key github 1']],
  ] as const)('with %j', async (lines, skipped) => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { key: secret, '.gitsyncallow': `${lines}\n` })
    expect(await told(guarded(dir))).toEqual(skipped)
  })

  it('that changes has all that is held back looked at again', async () => {
    const dir = committedRepository({ a: 'a\n' })
    writeFiles(dir, { 'd/key': secret, other: secret })
    const steps = guarded(dir)
    const { skipped } = await steps.save()
    allow(dir, skipped.find(({ path }) => path === 'd/key')?.remedy)
    const { commit } = await steps.save(['.gitsyncallow'])
    expect(commit?.paths).toEqual(['.gitsyncallow', 'd/key'])
  })

  it.each(['a [b] *.md', '#a', '!a', 'a ', 'é\\b'])(
    'takes the line that is proposed for %j',
    async (path) => {
      const dir = committedRepository({ a: 'a\n' })
      writeFiles(dir, { [path]: secret })
      const steps = guarded(dir)
      allow(dir, (await steps.save()).skipped[0]?.remedy)
      await steps.save()
      expect(treeOf(dir)).toEqual(oracleTree(dir))
    },
  )
})

describe('the setting', () => {
  const cases = [
    ['auto', true, true, true],
    ['auto', true, false, false],
    ['auto', false, true, false],
    ['on', false, false, true],
    ['off', true, true, false],
  ] as const
  it.each(cases)(
    '%s, with a remote: %s, push: %s, guards: %s',
    async (guard, remote, push, guards) => {
      const dir = remote ? cloneOf(bareRemote()) : temporaryRepository()
      writeFiles(dir, { key: secret, a: 'a\n' })
      await guarded(dir, { guard, push }).save()
      expect(git(dir, ['ls-files'])).toBe(guards ? 'a' : 'a\nkey')
    },
  )
})

describe('a look that changes nothing', () => {
  it('tells what would be held back, and counts it as nothing to commit', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const objects = git(dir, ['count-objects'])
    writeFiles(dir, { key: secret, a: `a\n${secret}`, b: 'b\n' })
    const settings = settingsOf(dir, { guard: 'on' })
    const seen = await preview(settings)
    expect(seen).toMatchObject({ type: 'Previewed', commit: [{ kind: 'added', path: 'b' }] })
    expect((seen as { skipped: readonly PathSkipped[] }).skipped.map(shown).sort()).toEqual([
      'secret a github 2',
      'secret key github 1',
    ])
    expect((await glance(settings)).dirty).toBe(1)
    expect(git(dir, ['count-objects'])).toBe(objects)
  })
})

describe('what is held back here', () => {
  const world = () =>
    openWorld((dir) => {
      writeFiles(dir, {
        f: 'base\n',
        g: 'base\n',
        '.gitattributes': '*.up filter=up\n',
        'f.up': 'base\n',
      })
    })

  it('is kept beside, still held back, when the remote brings another version', async () => {
    const all = world()
    const [a, b] = [all.machine('a'), all.machine('b', { guard: 'auto' })]
    for (const one of [a, b]) one.git('config', 'filter.up.clean', 'cat')
    a.write('f', 'of a\n')
    a.write('.env', 'A=a\n')
    a.write('f.up', 'of a\n')
    a.remove('g')
    expect((await pass(a)).problem).toBeNull()
    b.write('f', secret)
    b.write('.env', 'A=b\n')
    b.write('f.up', secret)
    b.write('g', `base\n${secret}`)
    b.write('mine', 'mine\n')
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    expect(readFileSync(b.at('f'), 'utf8')).toBe('of a\n')
    expect(readFileSync(b.at('.env'), 'utf8')).toBe('A=a\n')
    expect(readFileSync(b.at('g'), 'utf8')).toBe(`base\n${secret}`)
    const copies = readdirSync(b.path).filter((name) => name.includes('.sync-conflict-'))
    expect(copies.map((name) => readFileSync(b.at(name), 'utf8')).sort()).toEqual([
      'A=b\n',
      secret,
      secret,
    ])
    expect(contentOf(a)).toMatchObject({ f: 'of a', mine: 'mine', '.env': 'A=a' })
    expect(isInHistory(b.path, secret)).toBe(false)
    expect(
      b
        .git('ls-files')
        .split('\n')
        .filter((name) => name.includes('.sync-conflict-')),
    ).toEqual([])
    expect(faultsOf(b).filter((fault) => !fault.startsWith('status'))).toEqual([])
    all.close()
  })

  it('by a merge too, beside what was committed', async () => {
    const all = world()
    const [a, b] = [all.machine('a'), all.machine('b', { guard: 'auto' })]
    a.write('f', 'of a\n')
    expect((await pass(a)).problem).toBeNull()
    b.write('g', 'of b\n')
    b.git('commit', '-qam', 'by hand')
    b.write('f', secret)
    expect((await pass(b)).problem).toBeNull()
    expect(await settle([a, b])).not.toBeNull()
    const [copy = ''] = readdirSync(b.path).filter((name) => name.includes('.sync-conflict-'))
    expect(readFileSync(b.at(copy), 'utf8')).toBe(secret)
    expect(readFileSync(b.at('f'), 'utf8')).toBe('of a\n')
    expect(isInHistory(b.path, secret)).toBe(false)
    all.close()
  })
})

describe('many files', () => {
  it('are looked at all, by one run of git for thousands', async () => {
    const dir = temporaryRepository()
    const files = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, n) => [
        `d${String(n % 7)}/f${String(n)}`,
        `file ${String(n)}\n`,
      ]),
    )
    const big = Buffer.alloc(4_900_000, 'text of no secret \n')
    writeFiles(dir, { ...files, 'd3/key': secret, big, 'z/key': `${'x\n'.repeat(5_000)}${secret}` })
    writeFiles(dir, { huge: Buffer.concat([Buffer.alloc(5_000_000, 'x\n'), Buffer.from(secret)]) })
    expect(await told(guarded(dir))).toEqual(['secret d3/key github 1', 'secret z/key github 5001'])
    expect(treeOf(dir)).toEqual(oracleTree(dir, ['d3/key', 'z/key']))
    expect(existsSync(join(dir, '.git/index.lock'))).toBe(false)
  })
})
