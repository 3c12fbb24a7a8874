import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { GitSignature } from '../git-objects.js'
import { printedBy } from '../program/git-output.js'
import { runGit } from '../program/git-program.js'
import { emptyTree, libgit2 } from '../libgit2.js'
import type { Repository } from '../repository.js'
import type { Signing } from './signing.js'
import { writeSigned } from './write-signed.js'

/** Milliseconds for what needs nobody. */
const time = 10_000

/** No window and no program that asks in one. */
const unasked: NodeJS.ProcessEnv = {
  DISPLAY: undefined,
  WAYLAND_DISPLAY: undefined,
  SSH_ASKPASS: undefined,
  SSH_ASKPASS_REQUIRE: 'never',
}

/** GnuPG's agent opens its windows wherever it was started: it has to be told not to ask. */
const mute = `#!/bin/sh
exec "$GITSYNC_SIGNER" --pinentry-mode error "$@"
`

/** The program of GnuPG that signs, as far as it is one of its own; ssh-keygen asks nobody without a window. */
const gnupgFor = async ({ workTree }: Repository, { format }: Signing): Promise<string | null> => {
  if (format === 'ssh') return null
  const names =
    format === 'openpgp' ? '^gpg\\.(openpgp\\.)?program$' : `^gpg\\.${format}\\.program$`
  const asked = ['config', '--null', '--type=path', '--get-regexp', names]
  const printed = printedBy(await runGit(asked, { cwd: workTree }), 1).toString()
  const last = printed.split('\0').at(-2)
  const usual = format === 'openpgp' ? 'gpg' : 'gpgsm'
  const program = last === undefined ? usual : last.slice(last.indexOf('\n') + 1)
  return /^gpg(?:2|sm)?$/.test(basename(program)) ? program : null
}

/**
 * Has git sign a commit as the next one would be, without a question to anybody. What is written meanwhile lies outside
 * of the repository, and is gone afterwards. @throws GitFailure with the remedy of a commit that could not be signed
 */
export const trySigning = async (
  repository: Repository,
  signing: Signing,
  who: GitSignature,
): Promise<void> => {
  const gnupg = await gnupgFor(repository, signing)
  const folder = await mkdtemp(join(tmpdir(), 'gitsync-signing-'))
  try {
    const objects = join(folder, 'objects')
    await mkdir(objects)
    const signer = join(folder, 'signer')
    await writeFile(signer, mute, { mode: 0o700 })
    const tree = libgit2.Oid.fromString(emptyTree)
    const draft = { author: who, committer: who, message: 'try', tree, parents: [] }
    await writeSigned(repository, signing, draft, {
      time,
      options: gnupg === null ? [] : ['-c', `gpg.${signing.format}.program=${signer}`],
      env: { ...unasked, GIT_OBJECT_DIRECTORY: objects, GITSYNC_SIGNER: gnupg ?? undefined },
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
