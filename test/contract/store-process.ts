import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AuthorizationId } from '../../src/domain/id.ts'
import type { Call } from './open.ts'

/** A process of its own on the same database. */
export interface StoreProcess {
  /** Makes the calls in one transaction, that many times; resolves with the results of the last. */
  transact(calls: readonly Call[], times?: number): Promise<unknown[]>
  /** Changes an authorization, guarded by its version, until it has won that often. @returns how often it lost */
  compete(id: AuthorizationId, wins: number): Promise<number>
  /** Begins a transaction, makes the calls, and stays in it until it is killed. Resolves when they are made. */
  hang(calls: readonly Call[]): Promise<void>
  /** Ends it as a power failure would. */
  kill(): Promise<void>
}

const PROGRAM = new URL('./child.js', import.meta.url)

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly failure?: string
}

/** @param engine and `location` say which database; `child.js` knows the engines */
export async function startStoreProcess(engine: 'sqlite', location: string): Promise<StoreProcess> {
  const child = fork(PROGRAM, [engine, location], { serialization: 'advanced', execArgv: [] })
  const waiting = new Map<number, (answer: Answer) => void>()
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  let lastId = 0

  function ask(job: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++lastId
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`the process ended during ${job}`))
      child.once('exit', ended)
      waiting.set(id, ({ value, failure }) => {
        child.off('exit', ended)
        waiting.delete(id)
        if (failure === undefined) resolve(value)
        else reject(new Error(failure))
      })
      child.send({ id, job, args })
    })
  }

  await ask('open')
  return {
    transact: (calls, times = 1) => ask('transact', calls, times) as Promise<unknown[]>,
    compete: (id, wins) => ask('compete', id, wins) as Promise<number>,
    hang: async calls => void (await ask('hang', calls)),
    kill: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
