import { Worker } from 'node:worker_threads'
import type { Authority } from '../authority/authority.ts'
import { AppError, type ErrorCode } from '../domain/errors.ts'

/** What the thread is started with. Plain values. */
export interface WorkerSetup {
  readonly dataDir: string
  readonly sessionLengthMs: number
  /** By name. */
  readonly upstreams: readonly string[]
}

export interface Call {
  readonly id: number
  readonly noun: string
  readonly method: string
  readonly args: readonly unknown[]
}
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly ready: true }

/** An error on its way between threads, where its class would be lost. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterSeconds: number | undefined
  /** For the log. */
  readonly cause: string | undefined
}

/** The thread that writes and lists, as seen from the main thread. */
export interface WorkerChannel {
  readonly authority: Authority
  /** Settles only if the thread ends without being asked to. */
  readonly lost: Promise<Error>
  /** Lets what was asked be answered, then ends the thread. */
  close(): Promise<void>
}

const WORKER = new URL('./worker.js', import.meta.url)

/** Starts the thread. @throws AppError if it cannot open the store */
export async function openWorker(setup: WorkerSetup): Promise<WorkerChannel> {
  const worker = new Worker(WORKER, { workerData: setup, name: 'store' })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (cause: unknown) => void }>()
  let lastId = 0
  let closing = false
  let outbox: Call[] = []

  const ready = deferred<void>()
  const lost = deferred<Error>()
  const fail = (cause: Error) => {
    ready.reject(cause)
    for (const { reject } of waiting.values()) reject(new AppError('unavailable', 'the store is gone', { cause }))
    waiting.clear()
    if (!closing) lost.resolve(cause)
  }
  worker.on('message', (replies: readonly Reply[]) => {
    for (const reply of replies) {
      if ('ready' in reply) ready.resolve()
      else settle(waiting, reply)
    }
  })
  worker.on('error', fail)
  worker.on('exit', code => fail(new Error(`the store's thread ended with code ${code}`)))

  function send(noun: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++lastId
    // Calls of one turn travel together, which spares the other thread being woken for each.
    if (outbox.length === 0) queueMicrotask(flush)
    outbox.push({ id, noun, method, args })
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
  }
  function flush(): void {
    worker.postMessage(outbox)
    outbox = []
  }

  await ready.promise
  return {
    authority: proxyOf(send),
    lost: lost.promise,
    async close() {
      closing = true
      const exited = new Promise(resolve => worker.once('exit', resolve))
      worker.postMessage('close')
      await exited
    },
  }
}

function settle(
  waiting: Map<number, { resolve: (value: unknown) => void; reject: (cause: unknown) => void }>,
  reply: Exclude<Reply, { ready: true }>,
): void {
  const call = waiting.get(reply.id)
  waiting.delete(reply.id)
  if (call === undefined) return
  if ('value' in reply) call.resolve(reply.value)
  else call.reject(errorOf(reply.failure))
}

function errorOf({ code, message, retryAfterSeconds, cause }: Failure): AppError {
  return new AppError(code, message, {
    ...(cause !== undefined && { cause: new Error(cause) }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** `authority.noun.method(...args)` becomes a message. */
function proxyOf(send: (noun: string, method: string, args: readonly unknown[]) => Promise<unknown>): Authority {
  const noun = (name: string) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args: unknown[]) =>
            send(name, String(method), args),
      },
    )
  return new Proxy({} as Authority, { get: (_, name) => noun(String(name)) })
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (cause: unknown) => void } {
  let resolve: (value: T) => void = () => {}
  let reject: (cause: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  // Somebody looks at it only while starting; later failures have other ways to be seen.
  promise.catch(() => {})
  return { promise, resolve, reject }
}
