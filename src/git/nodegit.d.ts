/** It comes without types: those of what is used here are in libgit2.ts. */
declare module 'nodegit' {
  const nodegit: unknown
  export = nodegit
}
