import { BATCH_WAIT_MS } from './line-batches.ts'

const BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2 }
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, m: 60_000, min: 60_000 }

/**
 * A rate such as `5 MB / 5 min`, in bytes a millisecond; undefined if there is no limit.
 *
 * @throws Error if it is none. Source: CLI contract 3.9.
 */
export function parseRate(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const [, count, unit = '', spans, time = ''] =
    /^(\d+(?:\.\d+)?)(B|kB|MB)\/?(\d*)(s|sec|m|min)$/.exec(text.replace(/\s/g, '')) ?? []
  const rate = (Number(count) * (BYTES[unit] ?? 0)) / (Number(spans || 1) * (MILLISECONDS[time] ?? 0))
  if (Number.isFinite(rate) && rate > 0) return rate
  throw new Error(`--rate-limit: ${JSON.stringify(text)} is no rate: COUNT(B|kB|MB)/[N](s|min), such as 5MB/5min`)
}

export interface Pacer {
  /** How large a batch may be, so that a slow rate does not mean long silence and sudden bursts. */
  maxBytes(usual: number): number
  /** How long to wait before sending so many bytes at an instant, both in milliseconds. */
  delayFor(bytes: number, nowMs: number): number
}

/** @param rate in bytes a millisecond */
export function createPacer(rate: number | undefined): Pacer {
  let freeAt = 0
  return {
    maxBytes: usual => (rate === undefined ? usual : Math.max(1, Math.min(usual, rate * BATCH_WAIT_MS))),
    delayFor(bytes, nowMs) {
      if (rate === undefined) return 0
      const startMs = Math.max(nowMs, freeAt)
      freeAt = startMs + bytes / rate
      return startMs - nowMs
    },
  }
}
