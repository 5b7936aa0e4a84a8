import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRegistry } from './metrics.ts'
import { registerProcessMetrics } from './process-metrics.ts'

test('start, memory, CPU and event loop of this process are told in base units', async () => {
  const registry = createRegistry()
  const stop = registerProcessMetrics(registry)
  const metric = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(registry.render())?.[1])
  try {
    expect(metric('process_start_time_seconds')).toBeCloseTo(Date.now() / 1000 - process.uptime(), 0)
    expect(metric('process_resident_memory_bytes')).toBeGreaterThan(10e6)
    const cpuSeconds = process.cpuUsage().user / 1e6
    expect(metric('process_cpu_seconds_total')).toBeGreaterThanOrEqual(cpuSeconds)
    expect(metric('process_cpu_seconds_total')).toBeLessThan(cpuSeconds * 2 + 60)

    expect(metric('nodejs_eventloop_lag_seconds'), 'before anything was measured').toBe(0)
    await sleep(100)
    const until = performance.now() + 200
    while (performance.now() < until);
    await sleep(30)
    const lagSeconds = metric('nodejs_eventloop_lag_seconds')
    expect(lagSeconds).toBeGreaterThan(0.15)
    expect(lagSeconds).toBeLessThan(60)
    expect(metric('nodejs_eventloop_lag_seconds'), 'since the last scrape').toBeLessThan(lagSeconds)
  } finally {
    stop()
  }
})
