/** How long a command that was interrupted may take to say what it was doing. */
const LAST_WORDS_MS = 200

/** What an interrupted command ends with if it has nothing better to say. */
export class Canceled extends Error {
  constructor(message = 'canceled') {
    super(message)
    this.name = 'Canceled'
  }
}

/**
 * Waits for work, but not for longer than an interruption allows: reading from a terminal or a pipe cannot be called back,
 * so the work may never end.
 *
 * @throws Canceled after an interruption, unless the work fails with words of its own
 */
export async function interruptible<T>(work: Promise<T>, interrupted: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const giveUp = new Promise<never>((_, reject) => {
    const later = () => {
      timer = setTimeout(() => reject(new Canceled()), LAST_WORDS_MS)
    }
    if (interrupted.aborted) later()
    else interrupted.addEventListener('abort', later, { once: true })
  })
  try {
    return await Promise.race([work, giveUp])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits for so long. @throws Canceled when interrupted meanwhile */
export function pause(ms: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) return reject(new Canceled())
    const stop = () => {
      clearTimeout(timer)
      reject(new Canceled())
    }
    const timer = setTimeout(() => {
      interrupted.removeEventListener('abort', stop)
      resolve()
    }, ms)
    interrupted.addEventListener('abort', stop, { once: true })
  })
}
