/** What would point git at another repository than the one it is told. */
const foreign: ReadonlySet<string> = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_QUARANTINE_PATH',
])

/** Words in English for the table of problems, and never a question to a person. */
const unattended = {
  LC_ALL: 'C',
  LANGUAGE: '',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
}

/** A trace on standard error would be taken for words of git's, and has headers in it; one into a file is the user's own. */
const isTraceHere = (name: string, value = ''): boolean =>
  /^GIT_(?:TRACE|CURL_VERBOSE)/.test(name) && !/REDACT|NO_DATA/.test(name) && !value.startsWith('/')

/** What git runs with: the environment of gitsync, less what would lead it astray, and what is given. */
export const gitEnvironment = (own: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name, value]) => !foreign.has(name) && !isTraceHere(name, value),
    ),
  ),
  ...unattended,
  ...own,
})
