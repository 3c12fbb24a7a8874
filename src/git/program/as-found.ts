import { settingsIn } from './git-settings.js'

/**
 * What git's credential helpers keep stays as it is: git asks them through one that hears no verdict, and so forgets no
 * password that is refused and stores none that is let in. It is git again that asks, with the settings of before.
 *
 * @param env what git will run with
 */
export const credentialsAsFound = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const before = env.GIT_CONFIG_COUNT ?? '0'
  const helper = `!f() { test "$1" != get || GIT_CONFIG_COUNT=${before} GIT_ASKPASS= git credential fill 2>/dev/null; }; f`
  return settingsIn(env, [
    ['credential.helper', ''],
    ['credential.helper', helper],
    // The git that asks them leaves the path out where the settings say so.
    ['credential.useHttpPath', 'true'],
  ])
}
