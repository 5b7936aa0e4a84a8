// A Vitest reporter that ends the output with `N passed, N failed, N skipped`, alone on its line, for machines to read.

/**
 * Counts tests by outcome. What keeps the run from being green without being a test (a file that cannot be loaded, a
 * failing hook, an unhandled rejection) counts as one failure each, so that `0 failed` means success.
 *
 * @param {Iterable<import('vitest/node').TestModule>} modules
 * @param {readonly unknown[]} errors that no test caught
 */
export function count(modules, errors = []) {
  const totals = { passed: 0, failed: errors.length, skipped: 0 }
  for (const module of modules) {
    const before = totals.failed
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      totals[state === 'pending' ? 'skipped' : state]++
    }
    if (module.state() === 'failed' && totals.failed === before) totals.failed++
  }
  return totals
}

export default class SummaryReporter {
  #totals

  onInit() {
    // At the very end: the default reporter, and the global teardown, still print after the last test.
    process.once('exit', () => {
      if (!this.#totals) return
      const { passed, failed, skipped } = this.#totals
      // The global teardown, in the same process, may have found one more.
      const all = failed + Number(process.env.SLUICE_TEST_OTHER_FAILURES ?? 0)
      process.stdout.write(`\n${passed} passed, ${all} failed, ${skipped} skipped\n`)
    })
  }

  onTestRunEnd(modules, errors) {
    this.#totals = count(modules, errors)
  }
}
