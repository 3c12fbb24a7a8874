export type * from './actors/outcome.js'
export type {
  HaltingKind,
  OutageKind,
  PassingKind,
  Problem,
  ProblemKind,
  RefusalKind,
} from './actors/problem.js'
export type { TreeChange } from './git/message.js'
export type { Preview } from './git/preview.js'
export type { LogOptions } from './streams/log/log.js'
export type { SignalSource } from './streams/signals.js'
export type { ConfigFault } from './config/config-error.js'
export { ConfigError } from './config/config-error.js'
export type { RepoConfig, RepoDefaults, SyncConfig } from './config/sync-config.js'
export type { PipelineOptions } from './pipeline.js'
export { createSyncPipeline, previewSync } from './pipeline.js'
