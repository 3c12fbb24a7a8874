import { defineConfig } from 'vitest/config'

const second = 1000

/** Groups run one after the other, so that what measures the real world never competes with another group. */
const project = (
  name: string,
  groupOrder: number,
  include: readonly string[],
  seconds: number,
) => ({
  name,
  include: [...include],
  pool: 'forks' as const,
  maxWorkers: 2,
  sequence: { groupOrder },
  ...(name === 'unit' ? {} : { globalSetup: 'spec/support/machine-programs.ts' }),
  testTimeout: seconds * second,
  hookTimeout: seconds * second,
})

const slow = ['int', 'e2e', 'faults', 'soak'] as const
const suffixed = (name: string) => `spec/**/*.${name}.spec.ts`

export default defineConfig({
  test: {
    reporters: ['default', './scripts/count-reporter.mjs'],
    teardownTimeout: 20 * second,
    projects: [
      {
        test: {
          ...project('unit', 0, ['spec/**/*.spec.ts'], 20),
          exclude: slow.map(suffixed),
        },
      },
      { test: project('int', 1, [suffixed('int')], 120) },
      { test: project('e2e', 2, [suffixed('e2e')], 120) },
      { test: project('faults', 3, [suffixed('faults')], 300) },
      { test: project('soak', 4, [suffixed('soak')], 60) },
    ],
  },
})
