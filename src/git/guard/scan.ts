/*
 * The thread that looks: its rules take a while to load and long texts a while to read, and whoever waits has other
 * repositories to serve.
 */
import { parentPort } from 'node:worker_threads'
import { findSecrets } from './find-secrets.js'
import type { Content } from './secret.js'

const port = parentPort
port?.on('message', (contents: readonly Content[]) => {
  port.postMessage(contents.map(findSecrets))
})
