import { describe, expect, it } from 'vitest'
import { folderNameOf } from '../../src/setup/folder-name.js'

describe('the folder of a clone', () => {
  it.each([
    ['git@example.org:ada/notes.git', 'notes'],
    ['https://example.org/ada/notes.git', 'notes'],
    ['https://example.org/ada/notes/', 'notes'],
    ['https://ada:p@ss@example.org/ada/notes', 'notes'],
    ['ssh://ada@example.org:2222/srv/notes.git/', 'notes'],
    ['/srv/notes/.git', 'notes'],
    ['../notes.git', 'notes'],
    ['host:notes', 'notes'],
    ['file:///srv/notes.bundle', 'notes'],
    ['https://example.org:8080', 'example.org'],
    ['https://ada@example.org/', 'example.org'],
    ['/srv/my  notes.git', 'my notes'],
    ['/', null],
    ['..', null],
  ])('of %s is %s', (url, name) => {
    expect(folderNameOf(url)).toBe(name)
  })
})
