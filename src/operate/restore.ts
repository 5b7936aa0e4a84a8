import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Flags } from '../config/statement.ts'
import { AppError } from '../domain/errors.ts'
import { INSTANCE_ID } from '../domain/id.ts'
import { discard } from '../store/durable.ts'
import { lockStore } from '../store/lock.ts'
import { lockPath, storePath } from '../store/open-sqlite-store.ts'
import { beginEpoch, epochOf, giveToOwner, openBackup, replaceStore, stage } from '../store/restore.ts'
import type { Sqlite } from '../store/sqlite.ts'
import { configured } from './configured.ts'
import { requireConsent } from './confirm.ts'
import { printCounts } from './counted.ts'
import { jsonOf, type Plan, planRestore } from './restore-plan.ts'
import { listRevocations } from './revocation-list.ts'

export interface RestoreOptions {
  /** Whether not to ask. */
  readonly yes: boolean
  readonly json: boolean
}

/** `sluice restore`: says what it would mean, asks, and then replaces the data as a whole. */
export async function restore(file: string, flags: Flags, options: RestoreOptions): Promise<void> {
  const { dataDir } = configured(flags)
  const path = storePath(dataDir)
  const source = resolve(file)
  requireAnotherFile(source, path)
  // Before the directory is created, should it not be there.
  const backup = await openBackup(source)
  const lock = await lockStore(lockPath(dataDir), 'alone')
  const staged = join(dataDir, 'sluice.db.restoring')
  try {
    const sqlite = await stage(backup, staged)
    const plan = await planRestore(sqlite, { file: source, counts: await backup.counts() }, path, Date.now())
    process.stdout.write(options.json ? `${JSON.stringify(jsonOf(plan))}\n` : listRevocations(plan))
    await requireConsent('Replace the present data by this backup?', options)
    await seal(sqlite, plan)
    giveToOwner(dataDir, [staged, lockPath(dataDir)])
    const keptPath = `${path}.before-restore-${timestamp(Date.now())}`
    const isKept = await replaceStore(staged, path, keptPath)
    process.stderr.write(`${farewell(plan, isKept ? keptPath : undefined)}\n`)
  } finally {
    discard(staged)
    await backup.close()
    lock.close()
  }
}

/** @throws AppError if there is no such file, or it is the very one that it should replace */
function requireAnotherFile(source: string, path: string): void {
  const { dev, ino } = statSync(source)
  if (!existsSync(path)) return
  const present = statSync(path)
  if (dev !== present.dev || ino !== present.ino) return
  throw new AppError('invalid', `${source} is the data itself, not a backup of it`)
}

/** Makes the copy ready to be the data, with a row of audit that says where it came from. */
async function seal(sqlite: Sqlite, { counts, present }: Plan): Promise<void> {
  const epoch = Math.max(await epochOf(sqlite), present.there ? present.epoch : 0) + 1
  const undone = 'difference' in present ? present.difference.revocations.length : null
  const detail = JSON.stringify({ epoch, newestChange: counts.changes, undone })
  await beginEpoch(sqlite, epoch, { atMs: Date.now(), actor: 'system', action: 'restore', target: INSTANCE_ID, detail })
  await sqlite.close()
}

function farewell({ counts }: Plan, kept: string | undefined): string {
  const before = kept === undefined ? '' : ` What was there before is kept in ${kept}.`
  return `Restored: ${printCounts(counts)}.${before} Everybody has to sign in again. The server may be started now.`
}

/** An instant as a part of a file name: `20250601T120000.000Z`. */
const timestamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]/g, '')
