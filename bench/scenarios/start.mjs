import { command } from '../command.mjs'
import { gitsync } from '../gitsync.mjs'

const bare = ['-e', 'console.log(0)']

export const start = {
  name: 'start',
  title: 'Start of the process to its first line, --version',
  unit: 'ms',
  sizes: () => [1],
  rounds: () => 20,
  warmUp: 2,
  goals: { 1: [{ most: 80 }] },
  lanes: () => [
    { who: 'gitsync', round: async () => (await gitsync(['--version'])).first },
    { who: 'node itself', round: async () => (await command(process.execPath, bare)).first },
  ],
}
