import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Clocks } from './facts.js'

/** Milliseconds for an answer that is a nicety. */
const bound = 5_000

const isProxied = (env: NodeJS.ProcessEnv): boolean =>
  ['http_proxy', 'https_proxy', 'all_proxy'].some(
    (name) => (env[name] ?? env[name.toUpperCase()] ?? '') !== '',
  )

/** The clock of a web server, asked without a word of who we are; null where there is none to be had. */
export const readDate = (url: string): Promise<Clocks | null> => {
  const address = /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : null
  if (address === null || isProxied(process.env)) return Promise.resolve(null)
  const options = {
    method: 'HEAD',
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: address.port,
    path: '/',
    timeout: bound,
    signal: AbortSignal.timeout(bound),
  }
  return new Promise((resolve) => {
    const asked = (address.protocol === 'https:' ? secure : plain)(options, (response) => {
      const theirs = Date.parse(response.headers.date ?? '')
      response.destroy()
      resolve(Number.isNaN(theirs) ? null : { theirs, ours: Date.now() })
    })
    asked.on('error', () => {
      resolve(null)
    })
    asked.end()
  })
}
