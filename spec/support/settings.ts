import type { RepoSettings } from '../../src/actors/settings.js'

/** What is in force unless a test says otherwise: no remote is asked, nothing waits. */
export const settingsOf = (path: string, wishes: Partial<RepoSettings> = {}): RepoSettings => ({
  path,
  remote: null,
  branch: null,
  watch: 'poll',
  pollInterval: 30_000,
  rescanInterval: null,
  debounce: 1_000,
  maxWait: 10_000,
  fetchInterval: null,
  pull: true,
  push: true,
  integrate: 'merge',
  conflict: 'keep-both',
  message: '{{summary}}',
  messageCommand: null,
  author: null,
  maxFileSize: null,
  ignore: [],
  ignoreDefaults: true,
  transport: 'auto',
  sshKey: null,
  knownHosts: null,
  networkTimeout: 30_000,
  ...wishes,
})
