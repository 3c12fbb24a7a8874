import type { CheckName, Verdict } from './check.js'

/** Facts that are being asked for. Each comes when it is known. */
export type Asked<Facts> = { readonly [Name in keyof Facts]: Promise<Facts[Name]> }

/** What is told as soon as the facts that it needs are known. */
export interface Question<Facts> {
  /** The first of what it tells. */
  readonly check: CheckName
  readonly judge: (facts: Facts) => readonly Verdict[]
  /** Judges once all that it needs is there, whatever else is still asked for. */
  readonly hear: (asked: Asked<Facts>) => Promise<readonly Verdict[]>
}

const known = async <Facts, Name extends keyof Facts>(
  asked: Asked<Facts>,
  needs: readonly Name[],
): Promise<Pick<Facts, Name>> => {
  const answers = needs.map(async (name) => [name, await asked[name]] as const)
  return Object.fromEntries(await Promise.all(answers)) as Pick<Facts, Name>
}

/** A judgement of some of the facts, and no others. */
export const about =
  <Facts>() =>
  <Name extends keyof Facts>(
    check: CheckName,
    needs: readonly Name[],
    judge: (facts: Pick<Facts, Name>) => readonly Verdict[],
  ): Question<Facts> => ({
    check,
    judge,
    hear: async (asked) => judge(await known(asked, needs)),
  })
