import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Registry } from './metrics.ts'

const RESOLUTION_MS = 10

/**
 * Adds what Prometheus' own dashboards expect of a process: start, memory, CPU; and how long the event loop kept others
 * waiting since the last time it was asked.
 *
 * @returns what stops the measurement; a process ends without it too
 */
export function registerProcessMetrics(registry: Registry): () => void {
  const startSeconds = Date.now() / 1000 - process.uptime()
  registry.readGauge({
    name: 'process_start_time_seconds',
    help: 'Start of the process, seconds since the Unix epoch.',
    read: () => startSeconds,
  })
  registry.readGauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory, in bytes.',
    read: () => process.memoryUsage.rss(),
  })
  registry.readCounter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time of all threads, user and system, in seconds.',
    read: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  })
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  registry.readGauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'Delay of the event loop, 99th percentile since the last scrape, in seconds.',
    read: () => {
      // What is measured is the distance between two ticks of a timer, its own period included.
      const lagSeconds = delays.percentile(99) / 1e9 - RESOLUTION_MS / 1e3
      delays.reset()
      return Math.max(0, lagSeconds)
    },
  })
  return () => {
    delays.disable()
  }
}
