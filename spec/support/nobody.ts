import { execFileSync } from 'node:child_process'

/** Rights do not bind root: there a program that is to feel them runs as somebody else. */
const nobody = { uid: 65_534, gid: 65_534 } as const

const isRoot = process.getuid?.() === 0

/** For `spawn`: whom rights bind. */
export const asNobody: { readonly uid?: number; readonly gid?: number } = isRoot ? nobody : {}

/** Makes all below a folder theirs. */
export const giveToNobody = (folder: string): void => {
  if (isRoot) execFileSync('chown', ['-R', `${String(nobody.uid)}:${String(nobody.gid)}`, folder])
}
