import type { Ignore } from 'ignore'
import ignore from 'ignore'
import type { RepoPath } from '../../actors/outcome.js'
import type { RepoSettings } from '../../actors/settings.js'

/**
 * Left alone while untracked even when no .gitignore says so (`ignoreDefaults`): what editors, downloads,
 * office programs and desktops leave behind for a moment.
 */
export const defaultIgnores: readonly string[] = [
  // Editor swap, backup and temporary files: vim, Emacs, Kate, JetBrains.
  '.*.sw[a-p]',
  '*~',
  '4913',
  '.#*',
  '\\#*\\#',
  '.*.kate-swp',
  '*___jb_tmp___',
  '*___jb_old___',
  // Written beside and renamed: GNOME, macOS.
  '.goutputstream-*',
  '*.sb-????????-??????',
  // Partial downloads: Chromium, Firefox, Safari, curl and wget style tools.
  '*.crdownload',
  '*.part',
  '*.partial',
  '*.download',
  '*.opdownload',
  '*.aria2',
  // Lock and temporary files of office programs.
  '~$*',
  '.~lock.*#',
  '~WR?????.tmp',
  // What desktops leave in folders.
  '.DS_Store',
  '._*',
  'Thumbs.db',
  'desktop.ini',
  '.directory',
  '.Trash-*/',
  '.fuse_hidden*',
  '.nfs*',
]

/** A path as a pattern. A `?` stays, since `ignore` knows none that is escaped: it stands for any character, itself too. */
export const patternOf = (path: RepoPath): string => `/${path.replace(/[\\*[\]!# ]/g, '\\$&')}`

/** These paths are left alone while untracked, whatever other rules say. */
export const leavingAlone = (
  settings: RepoSettings,
  paths: ReadonlySet<RepoPath>,
): RepoSettings => ({
  ...settings,
  ignore: [...settings.ignore, ...[...paths].map(patternOf)],
})

/** The path that a rule of ours holds back: the file, or the top-most folder of it that the rule names. */
export type HeldBack = (path: string) => string | null

/** Rules on top of git's own; they never touch what is tracked. */
export const heldBackBy = (settings: Pick<RepoSettings, 'ignore' | 'ignoreDefaults'>): HeldBack => {
  const patterns = [...(settings.ignoreDefaults ? defaultIgnores : []), ...settings.ignore]
  if (patterns.length === 0) return () => null
  // Made when a path is first asked about: an edit of what is tracked never is.
  let made: Ignore | null = null
  return (path) => {
    const rules = (made ??= ignore({ allowRelativePaths: true, ignorecase: false }).add(patterns))
    if (!rules.ignores(path)) return null
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = `${parts.slice(0, depth).join('/')}/`
      if (rules.ignores(folder)) return folder
    }
    return path
  }
}
