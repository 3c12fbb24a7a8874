import { expect, it } from 'vitest'
import { marbles } from './marbles.js'

it.each(['a 5ms', 'a5ms b', '(ab)10ms c', ' 5ms'])(
  'refuses "%s", which would be misread',
  (diagram) => {
    marbles(({ cold }) => {
      expect(() => cold(diagram)).toThrow('blanks')
    })
  },
)

it.each(['5ms a', '  10ms (r|)', 'a 9ms b', 'c 19ms (sc) 16ms s'])('takes "%s"', (diagram) => {
  marbles(({ cold }) => {
    expect(() => cold(diagram)).not.toThrow()
  })
})
