/** A limit to how long nothing may happen; every sign of life starts it again. */
export interface Deadline {
  /** Aborted when nothing happened for too long, or by an interruption. */
  readonly signal: AbortSignal
  readonly passed: boolean
  restart(): void
  stop(): void
}

/** What timers can count to, some 24 days; they take more for nothing. */
const LONGEST_MS = 2 ** 31 - 1

/** @param ms 0 sets no limit */
export function createDeadline(ms: number, interrupted: AbortSignal): Deadline {
  const controller = new AbortController()
  let passed = false
  let timer: NodeJS.Timeout | undefined
  const expire = () => {
    passed = true
    controller.abort()
  }
  const deadline: Deadline = {
    signal: AbortSignal.any([controller.signal, interrupted]),
    get passed() {
      return passed
    },
    restart() {
      clearTimeout(timer)
      if (ms === 0 || ms > LONGEST_MS) return
      timer = setTimeout(expire, ms)
      // An answer that nobody reads to its end must not keep the process.
      timer.unref()
    },
    stop: () => clearTimeout(timer),
  }
  deadline.restart()
  return deadline
}

/**
 * The same answer, whose body counts as a sign of life with every piece, and fails in words for people.
 *
 * @param explain what the failure of a read means
 */
export function watchedBody(
  response: Response,
  { restart, stop }: Deadline,
  explain: (cause: unknown) => Error,
): Response {
  if (response.body === null) {
    stop()
    return response
  }
  const reader = response.body.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) stop()
        else restart()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (cause) {
        stop()
        controller.error(explain(cause))
      }
    },
    cancel(reason) {
      stop()
      return reader.cancel(reason)
    },
  })
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}
