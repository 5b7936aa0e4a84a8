/** Whole lines of line protocol, each with its line break. */
export interface Batch {
  readonly bytes: Buffer<ArrayBuffer>
  readonly lines: number
}

/** A batch is sent when it has so many bytes. Source: CLI contract 3.9. */
export const BATCH_BYTES = 500_000
/** A batch is sent when its first line has waited so long. */
export const BATCH_WAIT_MS = 10_000

export interface BatchOptions {
  readonly maxBytes: number
  readonly maxWaitMs: number
}

const LATE = Symbol('late')

/** Puts lines together to batches. A batch ends with the line that fills it, so that it may be one line longer. */
export async function* batches(
  groups: AsyncIterable<readonly Buffer[]>,
  { maxBytes, maxWaitMs }: BatchOptions,
): AsyncGenerator<Batch> {
  const iterator = groups[Symbol.asyncIterator]()
  let waiting: Buffer[] = []
  let size = 0
  let due = 0
  const take = (): Batch => {
    const batch = joined(waiting, size)
    waiting = []
    size = 0
    return batch
  }
  try {
    let next = iterator.next()
    for (;;) {
      const group = size === 0 ? await next : await Promise.race([next, late(due - Date.now(), next)])
      if (group === LATE) {
        yield take()
        continue
      }
      const { done, value } = group as IteratorResult<readonly Buffer[]>
      if (done) break
      for (const line of value) {
        if (size === 0) due = Date.now() + maxWaitMs
        waiting.push(line)
        size += line.length + 1
        if (size >= maxBytes) yield take()
      }
      next = iterator.next()
    }
    if (size > 0) yield take()
  } finally {
    // Not waited for: it may stand at a read that never ends.
    iterator.return?.().catch(() => {})
  }
}

/** Comes when the time is over, and leaves no timer behind when the other was first. */
function late(ms: number, other: Promise<unknown>): Promise<typeof LATE> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, Math.max(0, ms), LATE)
    const clear = () => clearTimeout(timer)
    other.then(clear, clear)
  })
}

const LINE_BREAK = 0x0a

function joined(lines: readonly Buffer[], size: number): Batch {
  const bytes = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const line of lines) {
    at += line.copy(bytes, at)
    bytes[at++] = LINE_BREAK
  }
  return { bytes, lines: lines.length }
}
