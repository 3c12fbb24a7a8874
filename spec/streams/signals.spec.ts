import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { everything } from '../../src/actors/changes.js'
import type { RepoCommand } from '../../src/actors/commands.js'
import { signals$ } from '../../src/streams/signals.js'

describe('signals$', () => {
  it('stops after the cycle, then after the step; SIGHUP looks at everything', () => {
    const source = new EventEmitter()
    const commands: RepoCommand[] = []
    const subscription = signals$(source).subscribe((command) => commands.push(command))
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT', 'SIGTERM']) source.emit(signal, signal, 15)
    expect(commands).toEqual([
      { type: 'Sync', trigger: 'manual', changes: everything },
      { type: 'Stop', when: 'after-cycle' },
      { type: 'Stop', when: 'after-step' },
      { type: 'Stop', when: 'after-step' },
    ])
    subscription.unsubscribe()
    expect(source.eventNames()).toEqual([])
  })

  it('is cold, and counts anew for each subscription', () => {
    const source = new EventEmitter()
    const stream$ = signals$(source)
    expect(source.eventNames()).toEqual([])
    for (let round = 0; round < 2; round += 1) {
      const commands: RepoCommand[] = []
      const subscription = stream$.subscribe((command) => commands.push(command))
      source.emit('SIGINT')
      expect(commands).toEqual([{ type: 'Stop', when: 'after-cycle' }])
      subscription.unsubscribe()
    }
  })

  it('fits the process', () => {
    const before = process.listenerCount('SIGHUP')
    const subscription = signals$(process).subscribe()
    expect(process.listenerCount('SIGHUP')).toBe(before + 1)
    subscription.unsubscribe()
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })
})
