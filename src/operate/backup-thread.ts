import { parentPort, workerData } from 'node:worker_threads'
import { copyStore } from '../store/backup.ts'
import type { CopyOrder, CopyReply } from './backup.ts'
import { explain } from './explain.ts'

/** The thread in which `sluice backup` copies. */
async function copy({ path, target }: CopyOrder): Promise<CopyReply> {
  try {
    return { counts: await copyStore(path, target) }
  } catch (cause) {
    // Errors lose their class between threads.
    return { failure: explain(cause) }
  }
}

if (parentPort !== null) parentPort.postMessage(await copy(workerData as CopyOrder))
