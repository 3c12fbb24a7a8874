export type * from './actors/outcome.js'
export type {
  HaltingKind,
  OutageKind,
  PassingKind,
  Problem,
  ProblemKind,
  RefusalKind,
} from './actors/problem.js'
export type { TreeChange } from './git/message/message.js'
export type { Preview } from './git/preview.js'
export type { LogOptions } from './streams/log/log.js'
export type { Level, Line } from './streams/log/wording.js'
export type { SignalSource } from './streams/signals.js'
export type { ConfigFault } from './config/config-error.js'
export { ConfigError } from './config/config-error.js'
export type { RepoConfig, RepoDefaults, SyncConfig } from './config/sync-config.js'
export type { DaemonAnswer } from './control.js'
export { askDaemon } from './control.js'
export type { PauseReason } from './actors/pause.js'
export type { DaemonRequest, SocketAnswer } from './streams/control/ask.js'
export type { ControlAnswer, ControlRequest, ControlResult } from './streams/control/protocol.js'
export type { TransferProgress } from './actors/ports.js'
export type { RepositoryProgress } from './actors/ports.js'
export type { PipelineOptions } from './repos-pipeline.js'
export type { FollowedConfig } from './pipeline.js'
export { createSyncPipeline, followConfig, previewSync } from './pipeline.js'
export type { LogEntry, LogQuery } from './queries/read-log.js'
export { readLog } from './queries/read-log.js'
export type { RepositoryState, RepositoryStatus, SkippedPath } from './queries/repository-status.js'
export { readStatus, watchStatus } from './queries/read-status.js'
export type {
  Choice,
  Mistake,
  Ready,
  Refusal,
  SetupOutcome,
  SetupProblemKind,
  SetupRefused,
} from './setup/outcome.js'
export type { CloneRequest, InitRequest, Question, SetupOptions } from './setup/request.js'
export { cloneRepository } from './setup/clone.js'
export { initRepository } from './setup/init.js'
export type { ServiceKind } from './setup/service/description.js'
export type { ServiceReport, ServiceRequest } from './setup/service/install.js'
export {
  describeService,
  installService,
  uninstallService,
  usualService,
} from './setup/service/install.js'
export type { FileVersion } from './git/history/file-history.js'
export type { Refused } from './mending/result.js'
export type { Resolution, Resolved } from './mending/resolve.js'
export { resolveConflict } from './mending/resolve.js'
export type { Restored, Wanted } from './mending/restore.js'
export { restoreFile } from './mending/restore.js'
export type { Undone } from './mending/undo.js'
export { undoCommit } from './mending/undo.js'
export type { Conflict } from './queries/conflicts.js'
export { listConflicts } from './queries/conflicts.js'
export type { FileHistory } from './queries/history.js'
export { readHistory } from './queries/history.js'
export type { Check, CheckLevel, CheckName } from './queries/doctor/check.js'
export type { DiagnoseOptions, Waiting } from './queries/doctor/diagnose.js'
export { diagnose } from './queries/doctor/diagnose.js'
