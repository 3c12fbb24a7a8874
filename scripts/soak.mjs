import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

/*
 * `npm run test:soak -- --minutes N --seed S`: daemons on clones of one remote live through random plans, with kills,
 * outages and people at the keyboard, until the minutes are over. Round n lives through the plan of seed S + n, so a
 * round that failed is seen again by its own seed.
 */

const usage = 'usage: npm run test:soak -- [--minutes N] [--seed S]'
const options = { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } }

const numbers = () => {
  const { minutes, seed = `${Date.now() % 1_000_000}` } = parseArgs({ options }).values
  if (!(Number(minutes) > 0)) throw new Error(`--minutes ${minutes} is not a positive number.`)
  if (!Number.isSafeInteger(Number(seed))) throw new Error(`--seed ${seed} is not a whole number.`)
  return { minutes, seed }
}

try {
  const { minutes, seed } = numbers()
  console.log(`soak: ${minutes} minutes from seed ${seed} on`)
  const env = { ...process.env, SOAK_MINUTES: minutes, SOAK_SEED: seed }
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'soak']
  process.exitCode = spawnSync(process.execPath, vitest, { env, stdio: 'inherit' }).status ?? 1
} catch (error) {
  console.error(`${error.message}\n${usage}`)
  process.exitCode = 2
}
