import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/fuzz/*.fuzz.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Its lines are the summary, without a heading each.
    reporters: [['default', { summary: false }]],
    onConsoleLog: log => {
      process.stdout.write(log)
      return false
    },
  },
})
