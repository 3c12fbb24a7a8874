import { committedRepository, git, writeFiles } from '../../support/temp-repositories.js'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stepsOn } from '../../support/steps.js'

it('a branch whose name is no UTF-8 is refused with a remedy, and nothing is made in its place', async () => {
  const dir = committedRepository({ a: 'a\n' })
  // As after git switch -c, which no test can give such a name through a string.
  const ref = Buffer.from('refs/heads/caf\u{E9}', 'latin1')
  const place = Buffer.concat([Buffer.from(`${dir}/.git/`), ref])
  writeFileSync(place, `${git(dir, ['rev-parse', 'HEAD'])}\n`)
  writeFileSync(
    join(dir, '.git/HEAD'),
    Buffer.concat([Buffer.from('ref: '), ref, Buffer.from('\n')]),
  )
  writeFiles(dir, { a: 'edited\n' })
  const before = git(dir, ['for-each-ref'])
  const steps = stepsOn(dir)
  const problem = await steps.problem()
  expect(problem).toMatchObject({ kind: 'unexpected' })
  expect(problem.remedy).toContain('git branch -m')
  expect(git(dir, ['for-each-ref'])).toBe(before)
  expect(git(dir, ['status', '--porcelain'])).toBe(' M a')
  git(dir, ['branch', '-m', 'plain'])
  expect((await steps.save()).commit).toMatchObject({ branch: 'plain' })
  expect(git(dir, ['rev-list', '--count', 'plain'])).toBe('2')
  steps.workTree.close()
})
