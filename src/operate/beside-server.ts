import { randomBytes, randomUUID } from 'node:crypto'
import type { Means } from '../authority/act.ts'
import { systemClock } from '../authority/clock.ts'
import { createIds } from '../authority/ids.ts'
import { createPasswordHasher } from '../authority/password-hasher.ts'
import type { Config } from '../config/config.ts'
import { openStore, prepareDirectory } from '../store/open-sqlite-store.ts'
import { presentStore } from './configured.ts'

/**
 * Works on the data by the authority's own rules, whether servers run on it or not: to them it is one more server, whose
 * changes they see before their next verdict.
 */
export async function besideServer<T>(
  { dataDir, upstreams }: Pick<Config, 'dataDir' | 'upstreams'>,
  work: (means: Means) => Promise<T>,
): Promise<T> {
  presentStore(dataDir)
  const lock = await prepareDirectory(dataDir, randomUUID)
  try {
    const { store } = await openStore(dataDir, false)
    try {
      return await work({
        store,
        clock: systemClock,
        ids: createIds(systemClock, randomBytes),
        random: randomBytes,
        hasher: createPasswordHasher(),
        upstreams: upstreams.map(({ name }) => name),
      })
    } finally {
      await store.close()
    }
  } finally {
    lock.close()
  }
}
