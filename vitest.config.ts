import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'ui/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/e2e/global-setup.ts'],
    reporters: ['default', './scripts/summary-reporter.js'],
    pool: 'forks',
    // Tests of whole programs wait much of their time.
    maxWorkers: 3,
    bail: 0,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // The global teardown searches everything that servers wrote.
    teardownTimeout: 120_000,
  },
})
