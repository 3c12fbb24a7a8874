import { describe, expect, it } from 'vitest'
import type { ConfigReading } from '../../src/config/file/read-config.js'
import { takeUp } from '../../src/config/take-up.js'
import type { InForce } from '../../src/config/take-up.js'
import { settingsOf } from '../support/settings.js'

const file = '/c/config.json'
const notes = settingsOf('/r/Notes')
const blog = settingsOf('/r/Blog')
const before: InForce = { file, settings: [notes, blog], faults: null }

const sound = (...settings: readonly (typeof notes)[]): ConfigReading => ({
  kind: 'settings',
  file,
  settings,
})
const faulty = (...keys: readonly string[]): ConfigReading => ({
  kind: 'faults',
  faults: keys.map((key) => ({ key, value: 'x', message: 'is no key here' })),
})

/** What is said of one look after the other. */
const said = (...readings: readonly ConfigReading[]): readonly (string | null)[] => {
  let inForce = before
  return readings.map((reading) => {
    const taken = takeUp(inForce, reading)
    inForce = taken.inForce
    return taken.said?.text ?? null
  })
}

describe('takeUp', () => {
  it('names who comes, who goes, and who has other options', () => {
    const other = { ...blog, push: false }
    expect(said(sound({ ...notes }, { ...blog }))).toEqual([null])
    expect(said(sound(other, notes))).toEqual([
      'the config was changed: gitsync takes up other options of Blog',
    ])
    expect(said(sound(settingsOf('/r/Articles'), settingsOf('/r/Wiki'), other))).toEqual([
      'the config was changed: gitsync begins with Articles, Wiki, lets go of Notes, takes up other options of Blog',
    ])
    expect(said(sound(), sound())).toEqual([
      'the config was changed: gitsync lets go of Notes, Blog, names no repository now',
      null,
    ])
  })

  it('tells the same faults once, others again, and that there are none any more', () => {
    const text = (keys: string): string =>
      `the config has faults, and all goes on as before until they are corrected: ${keys}`
    const one = text('a = "x": is no key here')
    expect(
      said(
        faulty('a'),
        faulty('a'),
        faulty('a', 'b'),
        sound(notes, blog),
        faulty('a'),
        sound(notes),
      ),
    ).toEqual([
      one,
      null,
      text('a = "x": is no key here; b = "x": is no key here'),
      'the config has no faults any more',
      one,
      'the config has no faults any more, was changed: gitsync lets go of Blog',
    ])
  })

  it('takes what is the same, in whatever order, for the same value', () => {
    expect(takeUp(before, sound({ ...blog }, { ...notes })).inForce.settings).toBe(before.settings)
  })

  it('leaves in force what was, while there are faults', () => {
    const { inForce, said: line } = takeUp(before, faulty('a'))
    expect(inForce.settings).toBe(before.settings)
    expect(inForce.file).toBe(file)
    expect(line?.level).toBe('warn')
  })
})
