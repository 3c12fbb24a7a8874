import type { Repository } from '../repository.js'
import { configOf, readConfig } from '../config.js'
import { askedSettings } from '../program/asked-settings.js'

/** How commits are signed. */
export interface Signing {
  /** openpgp, ssh or x509. */
  readonly format: string
  readonly key: string | null
}

/** As git reads a switch: one without a value is on. */
const isOn = (value: string | null): boolean =>
  value === null || /^(?:true|yes|on|-?0*[1-9]\d*[kmg]?)$/i.test(value)

/** Where the git program cannot be asked, it cannot sign either; what is wanted must be known all the same. */
const askLibgit2 = async ({ git }: Repository): Promise<Signing | null> => {
  const value = await readConfig(await configOf(git), 'commit.gpgsign')
  const isSigned = value !== null && (value === '' || isOn(value))
  return isSigned ? { format: 'openpgp', key: null } : null
}

/** How git's configuration has commits signed; null: not at all. */
export const signingOf = async (repository: Repository): Promise<Signing | null> => {
  const settings = await askedSettings(repository)
  if (settings === null) return askLibgit2(repository)
  const asked = settings.get('commit.gpgsign')
  if (asked === undefined || !isOn(asked)) return null
  return {
    format: settings.get('gpg.format') ?? 'openpgp',
    key: settings.get('user.signingkey') ?? null,
  }
}
