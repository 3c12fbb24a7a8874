import { spawnSync } from 'node:child_process'

/** Whether systemd's own programs are there; `machine-programs.ts` has tried to install them. */
export const hasSystemd = (): boolean => spawnSync('systemd-analyze', ['--version']).status === 0
