import { existsSync } from 'node:fs'
import { type AuditChain, walkAuditChain } from '../../store/audit-chain.ts'
import { type Inspection, inspect } from '../../store/inspection.ts'
import type { LockUse } from '../../store/lock-use.ts'
import { SCHEMA_VERSION } from '../../store/migrations.ts'
import { storeOn } from '../../store/store.ts'
import { explain } from '../explain.ts'
import { bad, type Finding, ok, warn } from './finding.ts'
import { checkOperators } from './operators.ts'

/**
 * The store, without touching it: whole, of a schema that this program knows, its audit chain unbroken, its clock not
 * ahead of ours, and somebody there who can manage it.
 *
 * @param path of the store's file; that it is not there yet is nothing wrong
 */
export async function checkDatabase(path: string, use: LockUse, nowMs: number): Promise<Finding[]> {
  if (!existsSync(path)) return []
  if (use === 'alone') {
    return [warn('The data is being migrated or restored.', 'Wait until that is done, and ask again.')]
  }
  let database: Inspection
  try {
    database = await inspect(path, use === 'shared' ? 'shared' : 'none')
  } catch (cause) {
    return [bad(`${path} cannot be opened: ${explain(cause)}.`, RESTORE)]
  }
  try {
    return [useFinding(use), ...(await contentFindings(database, nowMs))]
  } finally {
    await database.close()
  }
}

const RESTORE = 'Restore a backup: sluice restore FILE keeps what is there.'

const useFinding = (use: LockUse) =>
  ok(use === 'shared' ? 'A server is running on this data.' : 'No server is running on this data.')

/** Each look needs the one before: a broken file has no schema, an unknown schema no audit. */
async function contentFindings(database: Inspection, nowMs: number): Promise<Finding[]> {
  const faults = database.quickCheck()
  if (faults.length > 0) return [bad(`The database is broken: ${faults.slice(0, 3).join('; ')}.`, RESTORE)]
  const whole = ok('The database is whole.')
  const version = await database.schemaVersion()
  if (version !== SCHEMA_VERSION) return [whole, schemaFinding(version)]
  const chain = await walkAuditChain(database.sql)
  const store = storeOn(database.sql)
  return [
    whole,
    schemaFinding(version),
    ...auditFindings(chain),
    ...clockFindings(chain.intact ? chain.newestAtMs : undefined, nowMs),
    ...(await checkOperators(store, nowMs)),
  ]
}

/** @param version of the data; undefined if it is not ours */
export function schemaFinding(version: number | undefined, known = SCHEMA_VERSION): Finding {
  if (version === undefined) return bad('sluice.db is a database of some other program.', 'Name another directory.')
  if (version === known) return ok(`The data is of schema ${known}, as this program is.`)
  if (version === 0) return ok('The data is empty; the next start makes it ready.')
  if (version < known) {
    const what = `The data is of schema ${version}; the next start brings it to ${known}, and there is no way back.`
    return warn(what, 'Make a backup before that: sluice backup FILE.')
  }
  const what = `The data was written by a newer Sluice (schema ${version}; this program knows ${known}).`
  return bad(what, 'Use the newer program, or restore a backup that was made before the upgrade.')
}

export function auditFindings(chain: AuditChain): Finding[] {
  if (chain.intact) return [ok(`The audit log is whole: ${chain.rows} rows, each bound to the one before.`)]
  const what = `The audit log is broken: row ${chain.brokenAt} ${chain.how}. Somebody has changed the database by hand.`
  return [bad(what, 'Find out who could write to the file; compare with a backup.')]
}

/** Clocks of one machine agree with themselves, but for a correction now and then. */
const TOLERANCE_MS = 60_000

/** @param newestAtMs when the newest act was done, by the clock of its time */
export function clockFindings(newestAtMs: number | undefined, nowMs: number): Finding[] {
  if (newestAtMs === undefined || newestAtMs <= nowMs + TOLERANCE_MS) return [ok('The clock is not behind the data.')]
  const what = `The newest change is dated ${new Date(newestAtMs).toISOString()}, and now is ${new Date(nowMs).toISOString()}.`
  const todo = 'Correct the clock if it is wrong: tokens expire by it. If it was wrong then, this passes by itself.'
  return [warn(what, todo)]
}
