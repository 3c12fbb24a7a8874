/** Begins as such a name does; most names do not. */
const mayBeGitDir = /^[.g\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/iu

/** Names that some file system takes for `.git`: by case, by NTFS short name and stream, by HFS+'s ignorable points. */
const isGitDir = (name: string): boolean => {
  if (!mayBeGitDir.test(name)) return false
  const plain = name.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu, '')
  const ntfs = plain.replace(/:.*$/u, '').replace(/[. ]+$/u, '')
  return /^(?:\.git|git~1)$/iu.test(ntfs)
}

/**
 * Whether git refuses the path where it takes a backslash for what ends a name (`core.protectNTFS`, on by default): a
 * commit that has it can be cloned by nobody. Archives from Windows bring such names.
 */
export const isGitDirOnNtfs = (path: string): boolean =>
  path.includes('\\') && path.split(/[\\/]/u).some(isGitDir)

/** Whether a path out of a tree may be written below a work tree: relative, no `..`, nothing that could be git's own. */
export const isSafePath = (path: string): boolean =>
  path !== '' &&
  !path.includes('\0') &&
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !isGitDir(name))
