import { randomBytes } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type Authority, createAuthority } from '../authority/authority.ts'
import { systemClock } from '../authority/clock.ts'
import { createIds } from '../authority/ids.ts'
import { createPasswordHasher } from '../authority/password-hasher.ts'
import { AppError } from '../domain/errors.ts'
import { openStore } from '../store/open-sqlite-store.ts'
import type { Call, Failure, Reply, WorkerSetup } from './channel.ts'

/** The thread that writes and lists, so that the main thread never waits for the disk. */
async function run(port: MessagePort, { dataDir, sessionLengthMs, upstreams }: WorkerSetup): Promise<void> {
  const { store } = await openStore(dataDir, false)
  const ids = createIds(systemClock, randomBytes)
  const means = { store, clock: systemClock, ids, random: randomBytes, hasher: createPasswordHasher(), upstreams }
  const authority = createAuthority(means, { sessionLengthMs })
  const reply = replier(port)
  let running = 0
  let closing = false

  async function close(): Promise<void> {
    await store.close()
    // After the turn with which the last replies leave.
    setImmediate(() => port.close())
  }
  async function answer(call: Call): Promise<void> {
    running++
    reply(await outcomeOf(authority, call))
    running--
    if (closing && running === 0) await close()
  }
  port.on('message', (message: readonly Call[] | 'close') => {
    if (message !== 'close') {
      for (const call of message) void answer(call)
      return
    }
    closing = true
    if (running === 0) void close()
  })
  reply({ ready: true })
}

async function outcomeOf(authority: Authority, { id, noun, method, args }: Call): Promise<Reply> {
  try {
    const target = authority[noun as keyof Authority] as unknown as Record<string, (...args: unknown[]) => unknown>
    const act = target[method]
    if (act === undefined) throw new TypeError(`there is no ${noun}.${method}`)
    return { id, value: await act.apply(target, args as unknown[]) }
  } catch (cause) {
    return { id, failure: failureOf(cause) }
  }
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof AppError) {
    const { code, message, retryAfterSeconds } = cause
    return { code, message, retryAfterSeconds, cause: cause.cause instanceof Error ? cause.cause.message : undefined }
  }
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  const message = 'An internal error has occurred - check server logs'
  return { code: 'internal error', message, retryAfterSeconds: undefined, cause: text }
}

/** Replies of one turn travel together: those that shared a commit wake the main thread once. */
function replier(port: MessagePort): (reply: Reply) => void {
  let outbox: Reply[] = []
  return reply => {
    if (outbox.length === 0) {
      setImmediate(() => {
        port.postMessage(outbox)
        outbox = []
      })
    }
    outbox.push(reply)
  }
}

if (parentPort !== null) await run(parentPort, workerData as WorkerSetup)
