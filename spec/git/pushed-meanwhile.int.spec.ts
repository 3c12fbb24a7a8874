import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstValueFrom } from 'rxjs'
import { expect, it } from 'vitest'
import { stepsOn } from '../support/steps.js'
import { bareRemote, cloneOf, commitAll, git, writeFiles } from '../support/temp-repositories.js'

it('I18 tells a push that arrived as such, though HEAD was detached meanwhile', async () => {
  const remote = bareRemote()
  const dir = cloneOf(remote)
  writeFiles(dir, { a: 'one\n' })
  commitAll(dir, 'First')
  git(dir, ['push', '-q', '-u', 'origin', 'main'])
  writeFileSync(
    join(remote, 'hooks', 'pre-receive'),
    `#!/bin/sh\nexec env -i PATH="$PATH" git -C '${dir}' switch -q --detach\n`,
    { mode: 0o755 },
  )
  writeFiles(dir, { a: 'two\n' })
  const steps = stepsOn(dir, { transport: 'git' })
  const { position } = await steps.save()
  expect(await firstValueFrom(steps.workTree.push(position))).toMatchObject({
    type: 'PushDone',
    pushed: { type: 'Pushed', to: position.head },
    position: { branch: 'main', head: position.head, ahead: 0 },
  })
  expect(git(remote, ['rev-parse', 'main'])).toBe(position.head)
  expect(await steps.inspect()).toMatchObject({
    type: 'Failed',
    problem: { kind: 'detached-head' },
  })
  steps.workTree.close()
})
