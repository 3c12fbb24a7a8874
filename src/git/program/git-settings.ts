export type GitSetting = readonly [key: string, value: string]

/**
 * Settings of git's through the environment, since arguments are for everybody to read, and so that the programs that
 * git runs have them too. They come after those that are in it.
 *
 * @param env what they are added to, in which git will run
 */
export const settingsIn = (
  env: NodeJS.ProcessEnv,
  settings: readonly GitSetting[],
): NodeJS.ProcessEnv => {
  const first = Number(env.GIT_CONFIG_COUNT ?? 0)
  return {
    GIT_CONFIG_COUNT: String(first + settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${String(first + i)}`, key],
        [`GIT_CONFIG_VALUE_${String(first + i)}`, value],
      ]),
    ),
  }
}
