import type { PushResult } from '../../actors/ports.js'
import { onePush, refusalIn } from './git-transport.js'
import type { PushRequest } from './port.js'
import { rejectionOf, serverWords } from './rejection.js'
import { talk } from './remote/remote-look.js'
import type { Address } from './remote/remote-look.js'

/** What one address of several says to a push, which is not made. @throws GitFailure */
export const rehearseAt = async (
  address: Address,
  cwd: string,
  { oid, branch }: Pick<PushRequest, 'oid' | 'branch'>,
): Promise<PushResult> => {
  const { stdout, stderr } = await talk(
    address,
    cwd,
    [...onePush, '--dry-run'],
    [`${oid}:refs/heads/${branch}`],
    (output) => output.code === 0 || refusalIn(output.stdout.toString()) !== null,
  )
  const porcelain = stdout.toString()
  const refusal = refusalIn(porcelain)
  if (refusal !== null) return rejectionOf(refusal, serverWords(stderr))
  return { kind: 'accepted', moved: !/^=\t/m.test(porcelain), bytes: 0 }
}
