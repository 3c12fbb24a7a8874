import type { RepoSettings } from '../actors/settings.js'
import { renderDuration } from './value/duration.js'
import { literally } from './value/expand.js'
import { repoOptions } from './options.js'
import type { RepoOption } from './options.js'
import { renderSize } from './value/size.js'
import type { RepoConfig, SyncConfig } from './sync-config.js'

/** What is in force, written as a config that gives the same again; keys that are unset are left out. */
export const showSettings = (settings: readonly RepoSettings[]): SyncConfig => ({
  repos: settings.map((repo) => {
    const shown = repoOptions.map((option) => [option.key, shownValue(option, repo)] as const)
    return Object.fromEntries(shown.filter(([, value]) => value !== null)) as unknown as RepoConfig
  }),
})

const shownValue = ({ key, kind }: RepoOption, repo: RepoSettings): unknown => {
  const value = repo[key]
  if (value === null) return kind.endsWith('-or-off') ? 'off' : null
  if (typeof value === 'number')
    return kind === 'size-or-off' ? renderSize(value) : renderDuration(value)
  if (typeof value === 'string') return kind === 'path' ? literally(value) : value
  return kind === 'author' && repo.author ? `${repo.author.name} <${repo.author.email}>` : value
}
