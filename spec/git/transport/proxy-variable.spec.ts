import { expect, it } from 'vitest'
import { proxyVariable } from '../../../src/git/transport/libgit2/proxy-variable.js'

const [http, https] = [
  new URL('http://notes.example.org/x'),
  new URL('https://notes.example.org/x'),
]

it.each([
  ['none', https, {}, null],
  ['an empty one', https, { https_proxy: '' }, null],
  ['one for https', https, { HTTPS_PROXY: 'p' }, 'HTTPS_PROXY'],
  ['one for http alone', https, { http_proxy: 'p' }, null],
  ['one for http', http, { http_proxy: 'p' }, 'http_proxy'],
  ['an upper case that curl passes over', http, { HTTP_PROXY: 'p' }, null],
  ['one for all', http, { ALL_PROXY: 'p' }, 'ALL_PROXY'],
  ['an exempt domain', https, { https_proxy: 'p', no_proxy: 'a, .example.org' }, null],
  ['all exempt', https, { https_proxy: 'p', NO_PROXY: '*' }, null],
  ['another exempt', https, { https_proxy: 'p', no_proxy: 'ample.org,' }, 'https_proxy'],
])('knows %s', (_case, url, env, name) => {
  expect(proxyVariable(url, env)).toBe(name)
})
