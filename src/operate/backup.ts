import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Flags } from '../config/statement.ts'
import { AppError } from '../domain/errors.ts'
import { discard, nameTaken, publish } from '../store/durable.ts'
import type { Counts } from '../store/inspection.ts'
import { lockStore } from '../store/lock.ts'
import { lockPath } from '../store/open-sqlite-store.ts'
import { configured, presentStore } from './configured.ts'
import { printCounts } from './counted.ts'
import { printBytes, showProgress } from './progress.ts'

/** What the thread that copies is given, and answers. */
export interface CopyOrder {
  readonly path: string
  readonly target: string
}
export type CopyReply = { readonly counts: Counts } | { readonly failure: string }

/**
 * `sluice backup`: a copy of the data, whether a server is running or not. The file appears under its name when it is
 * whole, checked and on disk, or not at all.
 */
export async function backup(file: string, flags: Flags): Promise<void> {
  const { dataDir } = configured(flags)
  const path = presentStore(dataDir)
  const target = resolve(file)
  if (existsSync(target)) throw nameTaken(target)
  if (!existsSync(dirname(target))) throw new AppError('not found', `there is no folder ${dirname(target)}`)
  // Shared with servers: it keeps a restore or a migration from replacing the file under us.
  const lock = await lockStore(lockPath(dataDir), 'shared')
  const unfinished = `${target}.unfinished-${randomBytes(4).toString('hex')}`
  const forget = removeIfInterrupted(unfinished)
  const hide = showProgress(unfinished, statSync(path).size)
  try {
    const counts = await copyInThread({ path, target: unfinished }).finally(hide)
    publish(unfinished, target)
    process.stdout.write(
      `Wrote ${target} (${printBytes(statSync(target).size)}): ${printCounts(counts)}. Read again and found whole.\n`,
    )
  } finally {
    forget()
    discard(unfinished)
    lock.close()
  }
}

const THREAD = new URL('./backup-thread.js', import.meta.url)

/** Copies elsewhere, because the engine does not let go of its thread until it is done: nobody could show or end anything. */
async function copyInThread(order: CopyOrder): Promise<Counts> {
  const reply = await new Promise<CopyReply>((settle, reject) => {
    const thread = new Worker(THREAD, { workerData: order })
    thread.once('message', settle)
    thread.once('error', reject)
    thread.once('exit', () => reject(new Error('the copying ended without a word')))
  })
  if ('failure' in reply) throw new AppError('unavailable', reply.failure)
  return reply.counts
}

/** Ctrl-C leaves nothing behind. @returns what forgets about it */
function removeIfInterrupted(path: string): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const forget = () => {
    for (const signal of signals) process.off(signal, end)
  }
  const end = (signal: NodeJS.Signals) => {
    discard(path)
    forget()
    // By the signal itself: `process.exit` would wait for the thread, and the shell should see how we ended.
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.on(signal, end)
  return forget
}
