import { bareRemote, cloneOf, commitAll, committedRepository, git, identify, temporaryFolder, temporaryRepository, writeFiles } from '../support/temp-repositories.js' // prettier-ignore
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { asNobody, giveToNobody } from '../support/nobody.js'
import { endAll, start } from '../support/program.js'
import { stepsOn } from '../support/steps.js'

const umask = process.umask(0o022)

afterEach(() => {
  process.umask(umask)
  endAll()
})

const modeOf = (file: string): string => (lstatSync(file).mode & 0o7777).toString(8)

/** The modes of what a commit makes in `.git`, the objects without their names. */
const modesIn = (dir: string): readonly string[] => {
  const at = (...path: readonly string[]): string => join(dir, '.git', ...path)
  const below = ['objects', 'refs/heads', 'logs'].flatMap((folder) => [
    folder,
    ...readdirSync(at(folder), { recursive: true, encoding: 'utf8' }).map((one) => `${folder}/${one}`),
  ]) // prettier-ignore
  const found = [...below, 'index'].map((path) => {
    const name = path.replace(/^(objects)\/[0-9a-f]{2}/, '$1/XX').replace(/[0-9a-f]{38}$/, 'X')
    return `${name} ${modeOf(at(path))}`
  })
  return [...new Set(found)].sort()
}

const repositoryShared = (shared: string): string => {
  const dir = temporaryFolder()
  git(dir, ['init', '-q'])
  git(dir, ['config', 'core.sharedRepository', shared])
  identify(dir)
  writeFiles(dir, { 'a.txt': 'a\n', 'folder/b.txt': 'b\n' })
  return dir
}

describe('a repository that is shared', () => {
  it.each([
    ['group', 0o022],
    ['group', 0o077],
    ['all', 0o077],
    ['world', 0o022],
    ['true', 0o077],
    ['1', 0o077],
    ['2', 0o077],
    ['0660', 0o022],
    ['0640', 0o000],
    ['umask', 0o077],
    ['0', 0o077],
    ['false', 0o027],
  ])('has the rights that git gives (%s, umask %o)', async (shared, mask) => {
    process.umask(mask)
    const [dir, theirs] = [repositoryShared(shared), repositoryShared(shared)]
    git(theirs, ['add', '-A'])
    git(theirs, ['commit', '-qm', 'First'])
    const steps = stepsOn(dir)
    await steps.save()
    steps.workTree.close()
    const taken = (modes: readonly string[]) => modes.filter((one) => !/^(?:refs\/heads|objects(?:\/info|\/pack)?) /.test(one)) // prettier-ignore
    expect(taken(modesIn(dir))).toEqual(taken(modesIn(theirs)))
    git(dir, ['fsck', '--strict'])
  })

  it('leaves alone what is also of another repository', async () => {
    process.umask(0o077)
    const theirs = committedRepository({ 'a.txt': 'secret\n' })
    const dir = join(temporaryFolder(), 'clone')
    git('/', ['clone', '-q', theirs, dir])
    git(dir, ['config', 'core.sharedRepository', 'all'])
    identify(dir)
    const filesIn = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name)) // prettier-ignore
    const before = filesIn(join(theirs, '.git')).map((file) => `${file} ${modeOf(file)}`)
    writeFiles(dir, { 'b.txt': 'b\n' })
    const steps = stepsOn(dir)
    await steps.save()
    expect(filesIn(join(theirs, '.git')).map((file) => `${file} ${modeOf(file)}`)).toEqual(before)
    const objects = filesIn(join(dir, '.git/objects'))
    const links = objects.map((file) => `${String(lstatSync(file).nlink)} ${modeOf(file)}`)
    expect([...new Set(links)].sort()).toEqual(['1 444', '2 400'])
    // Git's index and our copy of it are two links as well.
    const index = join(dir, '.git/index')
    chmodSync(index, 0o600)
    await steps.save()
    steps.workTree.close()
    expect([lstatSync(index).nlink, modeOf(index)]).toEqual([2, '664'])
  })

  it.skipIf(process.getuid?.() !== 0)(
    'is synced by two members of its group in turns',
    async () => {
      const { gid = 0 } = asNobody
      const [dir, remote] = [temporaryRepository(), bareRemote()]
      git(dir, ['remote', 'add', 'origin', remote])
      for (const one of [dir, remote]) {
        git(one, ['config', 'core.sharedRepository', 'group'])
        giveToNobody(one)
        execFileSync('chmod', ['-R', 'g+rwX,o+rX', one])
        execFileSync('find', [one, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+'])
      }
      const there = cloneOf(remote)
      for (let n = 0; n < 6; n += 1) {
        const uid = 65_530 + (n % 2)
        const name = `${String(n)}.txt`
        const env = { XDG_STATE_HOME: temporaryFolder() }
        chmodSync(env.XDG_STATE_HOME, 0o777)
        const say = async (...args: readonly string[]) => {
          const { code, stderr } = await start(args, env, '/', { uid, gid }).finished
          expect([code, code === 0 ? '' : stderr]).toEqual([0, ''])
        }
        writeFileSync(join(dir, name), String(n))
        await say('once', dir)
        git(there, ['pull', '-q', '--no-rebase', 'origin', 'main'])
        writeFiles(there, { [`there/${name}`]: 'there\n' })
        commitAll(there, 'There')
        git(there, ['push', '-q', 'origin', 'main'])
        execFileSync('chmod', ['-R', 'g+rwX', remote])
        writeFileSync(join(dir, name), 'again')
        await say('once', dir)
        const first = git(dir, ['log', '--format=%H', '--diff-filter=A', '--', name])
        await say('restore', join(dir, name), '--version', first)
        await say('once', dir)
        // As by a person of the group, whose umask git does not look at either.
        execFileSync('chmod', ['-R', 'g+w', join(dir, 'there')])
      }
      expect(git(remote, ['rev-parse', 'main'])).toBe(git(dir, ['rev-parse', 'HEAD']))
      expect(git(dir, ['log', '--merges', '--format=%s']).split('\n')).toHaveLength(6)
      expect(existsSync(join(dir, '.git/gitsync/instance.lock'))).toBe(false)
    },
  )
})

it('keeps the rights of .git/config when the first push makes an upstream', async () => {
  const [dir, remote] = [repositoryShared('umask'), bareRemote()]
  git(dir, ['remote', 'add', 'origin', remote])
  const config = join(dir, '.git/config')
  chmodSync(config, 0o600)
  expect((await start(['once', dir]).finished).code).toBe(0)
  expect(git(dir, ['config', 'branch.main.remote'])).toBe('origin')
  expect(statSync(config).mode & 0o777).toBe(0o600)
})
