import { settingsOf } from '../../support/settings.js'
import {
  committedRepository,
  git,
  temporaryFolder,
  temporaryRepository,
  tryGit,
  writeFiles,
} from '../../support/temp-repositories.js'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs' // prettier-ignore
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { everything } from '../../../src/actors/changes.js'
import { thisProcess } from '../../../src/git/lock/process-identity.js'
import { openIndexCopy } from '../../../src/git/index/index-copy.js'
import { openIndexLock } from '../../../src/git/index/index-lock.js'
import { openRepository } from '../../../src/git/repository.js'
import { build } from '../../support/built.js'
import { seeded } from '../../support/hostile-tree.js'
import { stepsOn } from '../../support/steps.js'

const lockOf = (dir: string): string => join(dir, '.git', 'index.lock')

const run = async (dir: string, args: readonly string[]): Promise<number> => {
  const child = spawn('git', args, { cwd: dir, stdio: 'ignore' })
  await once(child, 'exit')
  return child.exitCode ?? -1
}

describe('git’s lock', () => {
  it('is waited for where it is somebody else’s', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    writeFiles(dir, { b: 'b\n' })
    writeFileSync(lockOf(dir), '')
    const report = await steps.commit(everything, await steps.position())
    expect(report).toMatchObject({ problem: { kind: 'locked' } })
    expect(existsSync(lockOf(dir))).toBe(true)
    rmSync(lockOf(dir))
    expect((await steps.save()).commit).toMatchObject({ added: 1 })
    steps.workTree.close()
  })

  it('is cleared where it is ours and its process is dead', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    writeFiles(dir, { b: 'b\n' })
    writeFileSync(lockOf(dir), `gitsync ${child.pid ?? 0} 1 ${hostname()}\n`)
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toMatchObject({ added: 1 })
    expect(existsSync(lockOf(dir))).toBe(false)
    steps.workTree.close()
  })

  it('of a dead one of ours is cleared where nothing is to be done', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    writeFileSync(lockOf(dir), `gitsync ${child.pid ?? 0} 1 ${hostname()}\n`)
    const steps = stepsOn(dir)
    expect((await steps.save()).commit).toBeNull()
    expect(existsSync(lockOf(dir))).toBe(false)
    steps.workTree.close()
  })

  it('is cleared where we could not give it back, also where nothing is to be done', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    await steps.save()
    linkSync(join(dir, '.git', 'gitsync', 'sign'), lockOf(dir))
    expect((await steps.inspect()).type).toBe('Inspected')
    expect(existsSync(lockOf(dir))).toBe(false)
    steps.workTree.close()
  })

  it('stays where this process works under it, and is waited for', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const [one, other] = await Promise.all(
      ['one', 'other'].map((name) => openIndexLock(lockOf(dir), join(dir, '.git', name), [dir])),
    )
    await one?.hold(async () => {
      other?.clear()
      await expect(other?.hold(() => Promise.resolve())).rejects.toMatchObject({
        problem: { kind: 'locked' },
      })
      expect(existsSync(lockOf(dir))).toBe(true)
    })
    expect(existsSync(lockOf(dir))).toBe(false)
    await expect(other?.hold(() => Promise.resolve('done'))).resolves.toBe('done')
  })

  it.each([
    ['is of that process', {}, 'cleared'],
    ['was there before', { later: -1 }, 'left'],
    ['came long after', { later: 60 }, 'left'],
    ['has something in it', { text: 'DIRC' }, 'left'],
    ['is of a process that lives', { note: `gitsync ${thisProcess} inode=\n` }, 'left'],
    ['is of nobody', { note: '' }, 'left'],
    ['may be of a git that works there', { git: true }, 'left'],
  ] as const)(
    'that is empty beside a note, where there are no links, %s',
    async (_, found, becomes) => {
      const { later, text, note, git: works } = { later: 0, text: '', note: null, git: false, ...found } // prettier-ignore
      const dir = committedRepository({ a: 'a\n' })
      const child = spawn(process.execPath, ['-e', ''])
      await once(child, 'exit')
      const noted = join(dir, '.git/sign.copied')
      writeFileSync(noted, note ?? `gitsync ${child.pid ?? 0} 1 ${hostname()}\n`)
      writeFileSync(lockOf(dir), text)
      utimesSync(noted, 1_000, 1_000)
      utimesSync(lockOf(dir), 1_000 + later, 1_000 + later)
      const working = works ? spawn('git', ['cat-file', '--batch'], { cwd: dir }) : null
      await (working === null ? null : once(working, 'spawn'))
      try {
        await openIndexLock(lockOf(dir), join(dir, '.git/sign'), [dir])
        expect(existsSync(lockOf(dir)) ? 'left' : 'cleared').toBe(becomes)
      } finally {
        working?.kill()
      }
    },
  )

  it('is cleared where it came here with a copy, whose process lives', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const holder = stepsOn(dir)
    await holder.save()
    linkSync(join(dir, '.git', 'gitsync', 'sign'), lockOf(dir))
    const copy = join(temporaryFolder(), 'copy')
    execFileSync('cp', ['-a', dir, copy])
    writeFiles(copy, { b: 'b\n' })
    const steps = stepsOn(copy)
    expect((await steps.save()).commit).toMatchObject({ added: 1 })
    expect(existsSync(lockOf(copy))).toBe(false)
    steps.workTree.close()
    holder.workTree.close()
  })

  it('is one sign, on disk once, however often it is taken', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const sign = join(dir, '.git', 'gitsync', 'sign')
    const steps = stepsOn(dir)
    await steps.save()
    const { ino } = statSync(sign)
    writeFiles(dir, { b: 'b\n' })
    await steps.save()
    expect(statSync(sign).ino).toBe(ino)
    // Whoever tidies up does no harm.
    rmSync(sign)
    writeFiles(dir, { c: 'c\n' })
    expect((await steps.save()).commit).toMatchObject({ added: 1 })
    steps.workTree.close()
  })

  it('is left alone where it is ours and its process lives', async () => {
    const dir = committedRepository({ a: 'a\n' })
    const sign = `gitsync ${thisProcess}\n`
    writeFiles(dir, { b: 'b\n' })
    writeFileSync(lockOf(dir), sign)
    const steps = stepsOn(dir)
    const report = await steps.commit(everything, await steps.position())
    expect(report).toMatchObject({ problem: { kind: 'locked' } })
    expect(readFileSync(lockOf(dir), 'utf8')).toBe(sign)
    steps.workTree.close()
  })
})

describe('beside a person’s git', () => {
  it('loses no file on either side', { timeout: 180_000 }, async () => {
    const dir = committedRepository({ a: 'a\n' })
    const steps = stepsOn(dir)
    const rounds = 100
    const person = async (): Promise<void> => {
      for (let n = 0; n < rounds; n += 1) {
        writeFileSync(join(dir, `person ${n}`), String(n))
        // What a person would do where gitsync holds the lock, or has committed it first: try again, or be content.
        while ((await run(dir, ['add', `person ${n}`])) === 128) await setTimeout(5)
        await run(dir, ['commit', '-q', '-m', `Person ${n}`])
        await setTimeout(n % 2 === 0 ? 0 : 80)
      }
    }
    const ended = person().then(() => true)
    let own = 0
    while (!(await Promise.race([ended, setTimeout(25, false)]))) {
      writeFileSync(join(dir, `own ${own}`), String(own))
      if ((await steps.save([`own ${own}`])).commit !== null) own += 1
    }
    await steps.save()
    const files = git(dir, ['ls-tree', '-r', '--name-only', '-z', 'HEAD']).split('\0')
    for (let n = 0; n < rounds; n += 1) expect(files).toContain(`person ${n}`)
    for (let n = 0; n < own; n += 1) expect(files).toContain(`own ${n}`)
    expect(own).toBeGreaterThan(5)
    // Nothing was ever taken out of the tree on the way.
    expect(git(dir, ['log', '--diff-filter=D', '--format=%h'])).toBe('')
    expect(tryGit(dir, ['fsck', '--strict', '--no-dangling'])).toMatchObject({ code: 0 })
    expect(git(dir, ['status', '--porcelain'])).toBe('')
    expect(existsSync(lockOf(dir))).toBe(false)
    steps.workTree.close()
  })
})

describe('kill -9', () => {
  const script = fileURLToPath(new URL('../../support/commit-child.mjs', import.meta.url))

  it('at any moment costs nothing', { timeout: 240_000 }, async () => {
    const random = seeded(7)
    const dist = build()
    const dir = temporaryRepository()
    const settings = JSON.stringify(settingsOf(dir))
    const written = new Map<string, string>()
    for (let kill = 0; kill < 25; kill += 1) {
      const child = spawn(process.execPath, [script, dist, settings, 'loop'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const reports = createInterface({ input: child.stdout })
      await once(reports, 'line')
      const until = Date.now() + random() * 400
      while (Date.now() < until) {
        const name = `file ${Math.floor(random() * 300)}`
        written.set(name, String(random()))
        writeFileSync(join(dir, name), written.get(name) ?? '')
        await setTimeout(1)
      }
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(tryGit(dir, ['fsck', '--strict', '--no-dangling'])).toMatchObject({ code: 0 })

      const steps = stepsOn(dir)
      await steps.save()
      expect(git(dir, ['status', '--porcelain'])).toBe('')
      expect(existsSync(lockOf(dir))).toBe(false)
      steps.workTree.close()
    }
    expect(git(dir, ['log', '--diff-filter=D', '--format=%h'])).toBe('')
    for (const [name, content] of written) expect(git(dir, ['show', `HEAD:${name}`])).toBe(content)
  })
})

describe('an index whose writer left its checksum out (index.skipHash)', () => {
  it('is read as it is, also as the first one', async () => {
    const dir = committedRepository({ a: 'a\n', b: 'b\n' })
    const file = join(dir, '.git/index')
    const leaveOut = (): void => {
      const whole = readFileSync(file)
      writeFileSync(file, whole.fill(0, whole.length - 20))
    }
    leaveOut()
    const indexCopy = await openIndexCopy(await openRepository(dir))
    expect((await indexCopy.refresh()).entryCount()).toBe(2)
    git(dir, ['rm', '-q', 'b'])
    leaveOut()
    expect((await indexCopy.refresh()).entryCount()).toBe(1)
  })
})
