import { durably, inPieces, runGit, withoutHooks } from '../program/git-program.js'
import type { GitOutput } from '../program/git-program.js'
import { damagedHere } from './damaged-here.js'
import { openGitTalk } from './git-talk.js'
import { pushLargeFiles } from './lfs.js'
import { clearOwed, noteOwed } from '../refs/owed.js'
import { trackingRef } from './port.js'
import type { Onlooker, Transport, TransportSettings } from './port.js'
import { readRef } from './remote/read-ref.js'
import { rejectionOf, serverWords } from './rejection.js'
import { bytesOf } from './transfer-progress.js'
import { unpackedSize } from './unpacked-size.js'
import type { PushResult, TransportRequest } from '../../actors/ports.js'

/** A push of one ref alone, without a hook, in words for programs. */
export const onePush = [
  'push',
  '--porcelain',
  '--no-verify',
  '--no-follow-tags',
  '--recurse-submodules=no',
] as const

/** The status of the ref that a `push --porcelain` could not update, or null. */
export const refusalIn = (porcelain: string): string | null =>
  /^!\t[^\t]*\t(.*)$/m.exec(porcelain)?.[1] ?? null

/** Whether a `push --porcelain` found the ref where it was to go, at each address. */
const isLevelIn = (porcelain: string): boolean =>
  /^=\t/m.test(porcelain) && !/^[ +*-]\t/m.test(porcelain)

/** Through the git program: what works with it in the user's shell works here. */
export const openGitTransport = (settings: TransportSettings, onlooker: Onlooker): Transport => {
  const git = openGitTalk(settings, onlooker)
  const { configOf, talk, failed } = git

  const local = (request: TransportRequest, args: readonly string[]): Promise<GitOutput> =>
    runGit([`--git-dir=${request.gitDir}`, ...withoutHooks, ...durably, ...args], {
      cwd: settings.path,
    })

  /** Where it goes to several addresses, which of them it was. */
  const placeOfRefusal = async (
    request: TransportRequest,
    porcelain: string,
  ): Promise<readonly string[]> => {
    const { push } = await configOf(request)
    const place = /^To (.*)\n!\t/m.exec(porcelain)?.[1]
    return push.length > 1 && place !== undefined ? [`${place}:`] : []
  }

  const sendRef = async (
    request: Parameters<Transport['push']>[0],
    more: readonly string[],
  ): Promise<PushResult> => {
    const refspec = `${request.oid}:refs/heads/${request.branch}`
    // git pushes a mirror as a whole and by force, and lets no ref be named.
    const noMirror = ['-c', `remote.${request.remote}.mirror=false`]
    const asked = [...noMirror, ...onePush, '--progress', ...more, '--', request.remote, refspec]
    const output = await talk(request, 'push', asked)
    const porcelain = output.stdout.toString()
    const status = refusalIn(porcelain)
    const damage =
      output.code === 0 ? null : await damagedHere(settings.path, request, output.stderr)
    if (damage !== null) throw damage
    if (
      status?.startsWith('[rejected]') === true ||
      status?.startsWith('[remote rejected]') === true
    )
      return rejectionOf(
        /\((.*)\)$/.exec(status)?.[1] ?? status,
        [...(await placeOfRefusal(request, porcelain)), serverWords(output.stderr)]
          .join('\n')
          .trim(),
      )
    if (output.code !== 0) throw await failed(request, 'push', output)
    return { kind: 'accepted', moved: !isLevelIn(porcelain), bytes: bytesOf(output.stderr) }
  }

  return {
    ask: async (request) => {
      const ref = `refs/heads/${request.branch}`
      const output = await talk(request, 'fetch', ['ls-remote', '--', request.remote, ref])
      if (output.code !== 0) throw await failed(request, 'fetch', output)
      // A pattern also matches the end of a longer name.
      const line = output.stdout
        .toString()
        .split('\n')
        .find((one) => one.endsWith(`\t${ref}`))
      return line?.split('\t')[0] ?? null
    },

    fetch: async (request) => {
      const ref = trackingRef(request)
      const refspec = `+refs/heads/${request.branch}:${ref}`
      // The empty refmap keeps the remote's configured refspecs (a mirror's would move local branches) out of it.
      const flags = [
        '--progress',
        '--no-tags',
        '--refmap=',
        '--no-recurse-submodules',
        '--no-write-fetch-head',
      ]
      const before = await readRef(settings.path, request.gitDir, ref)
      const output = await talk(request, 'fetch', [
        ...inPieces,
        'fetch',
        ...flags,
        '--',
        request.remote,
        refspec,
      ])
      if (output.code === 0) {
        const oid = await readRef(settings.path, request.gitDir, ref)
        const told = bytesOf(output.stderr)
        if (told > 0 || oid === before) return { oid, bytes: told }
        return { oid, bytes: await unpackedSize(settings.path, request.gitDir, ref, before) }
      }
      if (!/couldn't find remote ref/i.test(output.stderr))
        throw await failed(request, 'fetch', output)
      await local(request, ['update-ref', '--no-deref', '-d', ref])
      return { oid: null, bytes: 0 }
    },

    push: async (request) => {
      await pushLargeFiles(git, request)
      const { push } = await configOf(request)
      if (push.length > 1) await noteOwed(request.gitDir, request)
      const pushed = await sendRef(request, [])
      if (pushed.kind === 'rejected') return pushed
      await clearOwed(request.gitDir, request)
      const ref = trackingRef(request)
      // git itself moves it only where the remote's configured refspecs say so.
      if ((await readRef(settings.path, request.gitDir, ref)) !== request.oid)
        await local(request, ['update-ref', '--no-deref', ref, request.oid])
      return pushed
    },

    rehearsePush: (request) => sendRef(request, ['--dry-run']),

    close: git.close,
  }
}
