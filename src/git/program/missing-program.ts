/** Which package brings the program that git needs for such an address. */
const packages: ReadonlyMap<string, string> = new Map([
  [
    'gcrypt',
    'Install git-remote-gcrypt (apt install git-remote-gcrypt, brew install git-remote-gcrypt).',
  ],
  ['hg', 'Install git-remote-hg (apt install git-remote-hg).'],
  ['codecommit', 'Install git-remote-codecommit (pip install git-remote-codecommit).'],
])

const withGit =
  'It comes with git: install the whole package of git, and of curl (apt install git; on OpenWrt git-http), or use an ssh address.'

/** Programs of git's own for the addresses that curl serves. */
const curls: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'ftps'])

const remedyFor = (scheme: string): string =>
  curls.has(scheme)
    ? withGit
    : (packages.get(scheme) ??
      `Install git-remote-${scheme} where the PATH of gitsync has it, or correct the address.`)

/** What git means by saying that `remote-…` is none of its commands; null where it says nothing of the kind. */
export const missingProgram = (
  text: string,
): { readonly message: string; readonly remedy: string } | null => {
  const scheme = /git: 'remote-([\w.+-]+)' is not a git command/.exec(text)?.[1]
  return scheme === undefined
    ? null
    : {
        message: `git-remote-${scheme} is not installed, which git needs for this address`,
        remedy: remedyFor(scheme),
      }
}
