import {
  committedRepository,
  git,
  temporaryFolder,
  writeFiles,
} from '../support/temp-repositories.js'
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** A folder of somebody else's, with gitsync among its packages, in which a program of theirs runs. */
const consume = async (source: string, ...args: readonly string[]): Promise<string> => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(checkout, join(folder, 'node_modules', 'gitsync'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'main.js'), source)
  const { stdout } = await promisify(execFile)(process.execPath, ['main.js', ...args], {
    cwd: folder,
    timeout: 60_000,
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
  })
  return stdout
}

describe('the library, from a folder of its consumer', () => {
  it('completes with mode once, and the process ends by itself', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const printed = await consume(
      `import { createSyncPipeline } from 'gitsync'
       createSyncPipeline({ repos: [{ path: process.argv[2] }] }, { mode: 'once' })
         .subscribe({ next: (o) => console.log(o.type), complete: () => console.log('complete') })`,
      repo,
    )
    expect(printed.trim().split('\n')).toEqual([
      'CycleStarted',
      'CommitCreated',
      'CycleSettled',
      'Stopped',
      'complete',
    ])
  })

  it('does nothing before subscribe; run ends on unsubscribe and lets the process exit', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    writeFiles(repo, { 'b.txt': 'two\n' })
    const printed = await consume(
      `import { createSyncPipeline } from 'gitsync'
       import { existsSync } from 'node:fs'
       const pipeline = createSyncPipeline({ repos: [{ path: process.argv[2] }] })
       console.log('before', existsSync(process.argv[2] + '/.git/gitsync'))
       const subscription = pipeline.subscribe((o) => {
         if (o.type === 'WatchStarted') { subscription.unsubscribe(); console.log('unsubscribed') }
       })`,
      repo,
    )
    expect(printed.trim().split('\n')).toEqual(['before false', 'unsubscribed'])
    expect(git(repo, ['status', '--porcelain'])).toBe('')
  })

  it('completes after the running step when its signal is aborted', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const printed = await consume(
      `import { createSyncPipeline } from 'gitsync'
       const abort = new AbortController()
       createSyncPipeline({ repos: [{ path: process.argv[2] }] }, { mode: 'run', signal: abort.signal })
         .subscribe({
           next: (o) => { console.log(o.type); if (o.type === 'CycleStarted') abort.abort() },
           complete: () => console.log('complete'),
         })`,
      repo,
    )
    expect(printed.trim().split('\n')).toEqual(['CycleStarted', 'Stopped', 'complete'])
  })

  it('begins no step for a burst that is not over when its signal is aborted', async () => {
    const repo = committedRepository({ 'a.txt': 'one\n' })
    const printed = await consume(
      `import { writeFileSync } from 'node:fs'
       import { createSyncPipeline } from 'gitsync'
       const [abort, path] = [new AbortController(), process.argv[2]]
       createSyncPipeline({ repos: [{ path, debounce: '30s', maxWait: '1m' }] }, { signal: abort.signal })
         .subscribe((o) => {
           console.log(o.type)
           if (o.type !== 'WatchStarted') return
           writeFileSync(path + '/b.txt', 'two')
           setTimeout(() => abort.abort(), 500)
         })`,
      repo,
    )
    const types = printed.trim().split('\n')
    expect(types).toEqual(['CycleStarted', 'CycleSettled', 'WatchStarted', 'Stopped'])
    expect(git(repo, ['status', '--porcelain'])).toBe('?? b.txt')
  })

  it('throws ConfigError with all faults from createSyncPipeline itself', async () => {
    const printed = await consume(
      `import { ConfigError, createSyncPipeline } from 'gitsync'
       try { createSyncPipeline({ repos: [{ path: '/nowhere', pull: 'yes' }, { push: 3 }] }) }
       catch (error) {
         console.log(error instanceof ConfigError, error.faults.map(({ key }) => key).sort().join(' '))
       }`,
    )
    expect(printed.trim()).toBe('true repos[0].path repos[0].pull repos[1].path repos[1].push')
  })
})
