import { openCalls } from './calls.js'
import {
  durably,
  inPieces,
  runGit,
  withoutHooks,
  withoutMaintenance,
} from '../program/git-program.js'
import type { GitOutput } from '../program/git-program.js'
import { credentialsAsFound } from '../program/as-found.js'
import { withFewSignIns } from '../program/refused-sign-in.js'
import { failure, GitFailure, problemOfTalk } from '../problem/problem.js'
import { agentEnvironment } from './ssh/agent-socket.js'
import { askpassEnvironment } from './askpass.js'
import { damagedHere } from './damaged-here.js'
import { hostKeyProblemOf } from './ssh/host-key-problem.js'
import { keepsLargeFiles, prePushLine } from './lfs.js'
import { clearOwed, noteOwed } from '../refs/owed.js'
import { trackingRef } from './port.js'
import type { Onlooker, Transport, TransportSettings } from './port.js'
import { readRef } from './remote/read-ref.js'
import { rejectionOf, serverWords } from './rejection.js'
import { configStamp, readRemoteConfig, redirecting } from './remote/remote-config.js'
import type { RemoteConfig } from './remote/remote-config.js'
import { sshCommand, usersSshCommand } from './ssh/ssh-command.js'
import { bytesOf, progressIn } from './transfer-progress.js'
import { unpackedSize } from './unpacked-size.js'
import { hiddenCredentials } from './remote/url-credentials.js'
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

/** The address at which a push failed: git says where it pushed to after each of them, and ends at the first out of reach. */
const failedAt = (urls: RemoteConfig['push'] | RemoteConfig['fetch'], stdout: Buffer): string => {
  const done = stdout.toString().match(/^To /gm)?.length ?? 0
  return (urls[done] ?? urls[0]).used
}

/** Should we be killed, and not be there to end it, git itself gives up a server that is silent over http. */
export const givenUp = (networkTimeout: number): readonly string[] => {
  const seconds = 2 * Math.ceil(networkTimeout / 1000)
  return ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${String(seconds)}`]
}

/** Through the git program: what works with it in the user's shell works here. */
export const openGitTransport = (settings: TransportSettings, onlooker: Onlooker): Transport => {
  const calls = openCalls()
  // Read again after git's configuration changed, and after a failure: then the user's own may have.
  const known = new Map<string, { readonly stamp: number; readonly config: RemoteConfig }>()

  const configOf = async ({ gitDir, remote }: TransportRequest): Promise<RemoteConfig> => {
    const stamp = await configStamp(gitDir)
    const kept = known.get(remote)
    if (kept?.stamp === stamp) return kept.config
    const config = await readRemoteConfig(settings.path, gitDir, remote)
    known.set(remote, { stamp, config })
    return config
  }

  const commandOf = (config: RemoteConfig): string =>
    sshCommand(usersSshCommand(process.env, config.sshCommand), settings)

  const local = (request: TransportRequest, args: readonly string[]): Promise<GitOutput> =>
    runGit([`--git-dir=${request.gitDir}`, ...withoutHooks, ...durably, ...args], {
      cwd: settings.path,
    })

  const talk = async (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    args: readonly string[],
    stdin = '',
  ): Promise<GitOutput> => {
    const config = await configOf(request)
    const env = {
      GIT_SSH_COMMAND: commandOf(config),
      GIT_LFS_FORCE_PROGRESS: '1',
      ...(await agentEnvironment()),
      ...askpassEnvironment(process.env),
      ...hiddenCredentials(config[operation], process.env),
    }
    const asked =
      settings.credentials === undefined
        ? env
        : { ...env, ...credentialsAsFound({ ...process.env, ...env }) }
    const { networkTimeout } = settings
    const flags = [...withoutHooks, ...withoutMaintenance, ...durably, ...givenUp(networkTimeout)]
    const call = calls.begin()
    const onProgress = (text: string): void => {
      const progress = progressIn(text, operation)
      if (progress !== null) onlooker(progress)
    }
    return runGit([`--git-dir=${request.gitDir}`, ...flags, ...redirecting(config), ...args], {
      cwd: settings.path,
      env: args[0] === 'lfs' ? withFewSignIns(asked) : asked,
      stdin,
      idleTimeout: networkTimeout,
      onProgress,
      signal: call.signal,
    }).finally(call.end)
  }

  const failed = async (
    request: TransportRequest,
    operation: 'fetch' | 'push',
    output: GitOutput,
  ): Promise<GitFailure> => {
    const config = await configOf(request)
    known.delete(request.remote)
    const url = failedAt(config[operation], output.stdout)
    const problem = problemOfTalk(output.stderr, output.code, url)
    return new GitFailure(await hostKeyProblemOf(commandOf(config), problem, output.stderr, url))
  }

  const pushLargeFiles = async (request: Parameters<Transport['push']>[0]): Promise<void> => {
    if (!(await keepsLargeFiles(request.gitDir))) return
    const output = await talk(
      request,
      'push',
      ['lfs', 'pre-push', request.remote],
      prePushLine(request),
    )
    if (output.code === 0) return
    if (output.stderr.includes("'lfs' is not a git command"))
      throw failure(
        'declined',
        'The repository keeps large files with git-lfs, which is not installed: they cannot be pushed',
        'Install git-lfs.',
      )
    throw await failed(request, 'push', output)
  }

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
      await pushLargeFiles(request)
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

    close: calls.close,
  }
}
