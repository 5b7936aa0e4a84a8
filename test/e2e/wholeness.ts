// What must hold in a store whatever happened to the process that wrote it: nothing half done, nothing without a trace.
import { AUDIT_GENESIS, type AuditRow, auditHash } from '../../src/store/audit.ts'
import { raw, sql } from '../../src/store/sql.ts'
import type { Sqlite } from '../../src/store/sqlite.ts'

/** Each query finds what must not be there, as rows with one text. */
const HALF_DONE: Readonly<Record<string, string>> = {
  'authorization without permissions':
    'select id as found from authorizations where id not in (select authorization_id from permissions)',
  'API authorization without its secret': `select id as found from authorizations where kind = 'api'
     and (select count(*) from secrets where authorization_id = authorizations.id) <> 1`,
  'permission of nothing':
    'select authorization_id as found from permissions where authorization_id not in (select id from authorizations)',
  'secret of nothing':
    'select authorization_id as found from secrets where authorization_id not in (select id from authorizations)',
  'gap in permissions': `select authorization_id as found from permissions
     group by authorization_id having max(position) <> count(*) - 1`,
  'password of a deleted user': `select owner_id as found from passwords where owner_kind = 'user'
     and owner_id not in (select id from users where deleted_at is null)`,
  'membership of a deleted user':
    'select user_id as found from memberships where user_id not in (select id from users where deleted_at is null)',
  'authorization whose version is not the number of its changes on record': `select id as found from authorizations
     where version <> (select count(*) from audit where target = authorizations.id)`,
  'change of an authorization in one of audit and changes only': traces('authorization', 'authorization.%'),
  'change of a user in one of audit and changes only': traces('user', 'user.%', 'user.create'),
  'deletion on record of what is there': `select target as found from audit where action = 'authorization.delete'
     and target in (select id from authorizations)`,
  'deletion of a user that is there': `select target as found from audit where action = 'user.delete'
     and target in (select id from users where deleted_at is null)`,
}

/** Ids that `audit` and `changes` name a different number of times. Nothing depended on a user before his creation. */
function traces(kind: string, actions: string, except = ''): string {
  return `
    select id as found from (
      select id, 1 as noted, 0 as recorded from changes where kind = '${kind}'
      union all
      select target, 0, 1 from audit where action like '${actions}' and action <> '${except}')
    group by id having sum(noted) <> sum(recorded)`
}

/** Everything that is broken, in sentences; empty if the store is whole. */
export async function faultsIn(sqlite: Sqlite): Promise<string[]> {
  const faults: string[] = []
  const integrity = sqlite.pragma('integrity_check')
  if (integrity !== 'ok') faults.push(`integrity_check: ${integrity}`)
  for (const [what, query] of Object.entries(HALF_DONE)) {
    const rows = await sqlite.all<{ found: string }>(raw(query))
    if (rows.length > 0) faults.push(`${rows.length} times ${what}, for example ${rows[0]!.found}`)
  }
  return [...faults, ...(await faultsInSequences(sqlite)), ...(await faultsInAudit(sqlite))]
}

/** Numbers are given without gaps: a missing one would be a change that some other process never learns of. */
async function faultsInSequences(sqlite: Sqlite): Promise<string[]> {
  const rows = await sqlite.all<{ name: string; value: number; count: number; last: number }>(sql`
    select name, value, count(seq) as count, coalesce(max(seq), 0) as last
    from sequences left join (select 'changes' as log, seq from changes union all select 'audit', seq from audit)
      on log = name group by name`)
  return rows
    .filter(({ value, count, last }) => value !== count || value !== last)
    .map(({ name, value, count, last }) => `${name} counts ${value}, and has ${count} rows up to ${last}`)
}

async function faultsInAudit(sqlite: Sqlite): Promise<string[]> {
  const rows = await sqlite.all<AuditRow>(
    sql`select seq, at as "atMs", actor, action, target, detail, previous, hash from audit order by seq`,
  )
  let previous = AUDIT_GENESIS
  for (const row of rows) {
    const { seq, hash, previous: named, ...entry } = row
    if (named !== previous || hash !== auditHash(previous, seq, entry)) return [`the audit chain breaks at row ${seq}`]
    previous = hash
  }
  return []
}
